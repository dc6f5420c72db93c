// The flame graph: width is samples. Time on the CPU and time spent waiting are two pictures of one tree, or one together.
const flame = (() => {
  const f = data.flame, children = f.parent.map(() => []);
  f.parent.forEach((parent, i) => { if (parent >= 0) children[parent].push(i); });
  const sizes = { both: i => f.onCpu[i] + f.waiting[i], onCpu: i => f.onCpu[i], waiting: i => f.waiting[i] };
  const name = i => i === 0 ? 'all threads' : frameName(f.frame[i]);
  const app = i => i > 0 && isApplication(f.frame[i]);
  return { ...f, children, sizes, name, app, all: f.onCpuSamples + f.waitingSamples };
})();

const inSamples = n => flame.sampleNanos > 0 ? `${duration(n * flame.sampleNanos)} (${plural(n, 'sample')})` : plural(n, 'sample');

function drawFlame() {
  if (flame.all === 0) return null;
  const state = { mode: flame.onCpuSamples > 0 ? 'onCpu' : 'waiting', top: 0, wanted: '' };
  const place = el('div.flame', { tabindex: 0, role: 'group', 'aria-label': 'Flame graph. Escape zooms out; the call tree below has the same content.' });
  const crumbs = el('p.readout');
  const chart = fitted(place, width => place.replaceChildren(drawIcicle(state, width, zoomTo, crumbs)));
  const tree = el('div');
  function zoomTo(node) {
    state.top = node;
    draw();
  }
  function draw() {
    crumbs.textContent = crumbOf(state);
    chart.redraw();
    for (const choice of choices) choice.setAttribute('aria-pressed', choice.dataset.mode === state.mode);
    tree.replaceChildren(...drawCallTree(state.mode));
  }
  const modes = [['onCpu', `On CPU ${percent(flame.onCpuSamples / flame.all)}`], ['waiting', `Waiting ${percent(flame.waitingSamples / flame.all)}`], ['both', 'Both']];
  const choices = modes.map(([mode, label]) => button(label, () => { Object.assign(state, { mode, top: 0 }); draw(); }, { 'data-mode': mode }));
  const search = el('input', { type: 'search', placeholder: 'method', 'aria-label': 'Mark methods in the flame graph', oninput: () => { state.wanted = search.value.toLowerCase(); chart.redraw(); } });
  place.addEventListener('keydown', key => { if (key.key === 'Escape' && state.top !== 0) zoomTo(Math.max(0, flame.parent[state.top])); });
  draw();
  return [el('div.bar', null, el('div.buttons', { role: 'group', 'aria-label': 'Which samples' }, choices), el('label.search', null, search), button('Zoom out', () => zoomTo(0))), crumbs, place, tree];
}

function crumbOf({ top, mode }) {
  const size = flame.sizes[mode];
  return top === 0 ? `${inSamples(size(0))} of all threads; click a frame to zoom` : `${flame.name(top)}: ${percent(size(top) / Math.max(1, size(0)))} of ${inSamples(size(0))}`;
}

function drawIcicle(state, width, zoomTo, crumbs) {
  const size = flame.sizes[state.mode], line = 19, cells = [];
  let deepest = 0;
  const place = (node, x, depth, share) => {
    deepest = Math.max(deepest, depth);
    cells.push({ node, x, depth, width: share });
    let next = x;
    for (const child of [...flame.children[node]].sort((a, b) => size(b) - size(a))) {
      const wide = share * size(child) / size(node);
      if (wide >= 1.2 && depth < 120) place(child, next, depth + 1, wide);
      next += wide;
    }
  };
  const above = [];
  for (let at = flame.parent[state.top]; at >= 0; at = flame.parent[at]) above.unshift(at);
  above.forEach((node, depth) => cells.push({ node, x: 0, depth, width, isAbove: true }));
  if (size(state.top) > 0) place(state.top, 0, above.length, width);
  const chart = svg('svg', { width, height: (deepest + 1) * line, viewBox: `0 0 ${width} ${(deepest + 1) * line}`, role: 'img', 'aria-label': `Flame graph of ${inSamples(size(0))}` });
  for (const cell of cells) chart.append(drawCell(cell, state, size, line, zoomTo, crumbs));
  chart.addEventListener('pointerleave', () => { crumbs.textContent = crumbOf(state); });
  return chart;
}

function drawCell(cell, state, size, line, zoomTo, crumbs) {
  const name = flame.name(cell.node), short = shortName(name), room = Math.floor((cell.width - 8) / 6.7);
  const isMarked = state.wanted !== '' && name.toLowerCase().includes(state.wanted);
  const waits = flame.waiting[cell.node] / Math.max(1, flame.onCpu[cell.node] + flame.waiting[cell.node]);
  const tone = state.mode === 'both' ? (waits > 0.5 ? 'waiting' : 'on-cpu') : state.mode === 'waiting' ? 'waiting' : 'on-cpu';
  const group = svg('g', { class: `cell ${tone} ${cell.isAbove ? 'above' : ''} ${flame.app(cell.node) ? 'app' : ''} ${isMarked ? 'marked' : ''} tint${cell.node % 3}` },
    svg('rect', { x: cell.x + 0.3, y: cell.depth * line, width: Math.max(0.4, cell.width - 0.6), height: line - 1, rx: 1 }),
    room > 3 && svg('text', { x: cell.x + 4, y: cell.depth * line + 13 }, short.length > room ? short.slice(0, room - 1) + '…' : short));
  group.addEventListener('click', () => zoomTo(cell.node));
  group.addEventListener('pointerenter', () => { crumbs.textContent = `${name}: ${percent(size(cell.node) / Math.max(1, size(0)))}, ${inSamples(size(cell.node))}`; });
  return group;
}

// Type and method without the namespace, as it fits a cell.
const shortName = name => name.split('.').slice(-2).join('.');
