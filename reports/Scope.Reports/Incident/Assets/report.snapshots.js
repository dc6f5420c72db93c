// Snapshots: who waits for whom as a graph, threads by equal stack, async chains, the heap as a map of its holders.
function drawSnapshots() {
  const { all, diff } = data.snapshots;
  if (all.length === 0) return null;
  return [
    all.map((s, i) => unfold(el('span', null, el('b', null, `At ${at(s.time)}`), ` · ${text(s.why)} · the target stood still for ${duration(s.pause)}, ${bytes(s.copied)} were copied`),
      () => drawSnapshot(s), { open: i === all.length - 1 })),
    diff && drawDiff(diff),
  ];
}

function drawSnapshot(s) {
  const graph = el('div.waits');
  if (s.nodes.length > 0) fitted(graph, width => graph.replaceChildren(drawWaits(s, width)));
  return [
    el('p', null, eventLink(s.event, 'The event of this snapshot')),
    s.missing.length > 0 && el('p.soft', null, `Missing: ${s.missing.map(text).join('; ')}.`),
    s.nodes.length > 0 && [el('h3', null, 'Who waits for whom'), s.nodes.some(n => n[2]) && el('p.bad', null, 'What is red waits in a circle: none of it can go on.'),
      graph, el('ul.said', null, s.edges.map(([from, to, how]) => el('li', null, code(text(s.nodes[from][1])), ` ${text(how)} `, code(text(s.nodes[to][1])))))],
    s.threads.length > 0 && [el('h3', null, 'Threads by equal stack'), grouped(s.threads, ([n, names, wait, stack]) => [n, text(names), text(wait), stack])],
    s.chains.length > 0 && [el('h3', null, 'Async calls that are not done'), grouped(s.chains, ([n, root, forgotten, end, stack]) => [n, text(root) + (forgotten ? '; nobody is left who could complete it' : ''), text(end), stack])],
    s.heap && drawHeapMap(s.heap),
  ];
}

// Rows of [count, what, more, stack].
const grouped = (rows, read) => el('div.groups', null, rows.map(row => {
  const [n, what, more, stack] = read(row);
  const top = framesOf(stack).find(isApplication) ?? framesOf(stack)[0];
  return unfold(el('span.group', null, el('span.count', null, `${count(n)} ×`), el('span.what', null, el('b', null, top ? code(frameName(top)) : 'no managed frame'), el('span.site', { dir: 'auto' }, [what, more].filter(Boolean).join(' · ')))),
    () => stackList(stack));
}));

// Columns by how many steps one is from somebody whom nobody waits for; a circle begins anywhere.
function layersOf(nodes, edges) {
  const layer = nodes.map(() => -1);
  const place = (node, depth) => {
    if (layer[node] >= 0) return;
    layer[node] = depth;
    for (const [from, to] of edges) if (from === node) place(to, depth + 1);
  };
  nodes.forEach((_, i) => edges.every(([, to]) => to !== i) && place(i, 0));
  nodes.forEach((_, i) => place(i, 0));
  return layer;
}

function drawWaits({ nodes, edges }, width) {
  const layer = layersOf(nodes, edges), columns = Math.max(...layer) + 1;
  const step = Math.max(150, width / columns), boxWidth = Math.min(230, step - 42), boxHeight = 40, rowHeight = 62;
  const rows = Array(columns).fill(0);
  const spots = nodes.map((_, i) => [8 + layer[i] * step, 8 + rows[layer[i]]++ * rowHeight]);
  const height = Math.max(...rows) * rowHeight + 24;
  const chart = svg('svg', { width: Math.max(width, columns * step), height, role: 'img', 'aria-label': `Graph of ${plural(nodes.length, 'thread, lock and async call', 'threads, locks and async calls')} that wait for each other; the list below says the same` },
    svg('defs', null, ['arrow', 'arrow-bad'].map(id => svg('marker', { id, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: 'auto-start-reverse' }, svg('path', { d: 'M0,0L8,4L0,8z', class: id })))));
  for (const [from, to, how] of edges) {
    const bad = nodes[from][2] && nodes[to][2], back = layer[to] <= layer[from];
    const [x1, y1] = [spots[from][0] + (back ? boxWidth / 2 : boxWidth), spots[from][1] + (back ? boxHeight : boxHeight / 2)];
    const [x2, y2] = [spots[to][0] + (back ? boxWidth / 2 : 0), spots[to][1] + (back ? boxHeight : boxHeight / 2)];
    const bend = back ? Math.max(y1, y2) + 16 : 0;
    chart.append(svg('path', { class: bad ? 'edge bad' : 'edge', 'marker-end': `url(#arrow${bad ? '-bad' : ''})`, d: back ? `M${x1},${y1}C${x1},${bend} ${x2},${bend} ${x2},${y2}` : `M${x1},${y1}C${x1 + 20},${y1} ${x2 - 20},${y2} ${x2},${y2}` }, svg('title', null, text(how))));
  }
  nodes.forEach(([sort, label, bad], i) => chart.append(svg('g', { class: `node${bad ? ' bad' : ''}` },
    svg('rect', { x: spots[i][0], y: spots[i][1], width: boxWidth, height: boxHeight, rx: sort === 1 ? 3 : 18 }),
    svg('text', { x: spots[i][0] + boxWidth / 2, y: spots[i][1] + 16, class: 'tick', 'text-anchor': 'middle' }, ['thread', 'lock', 'async call'][sort]),
    svg('text', { x: spots[i][0] + boxWidth / 2, y: spots[i][1] + 31, 'text-anchor': 'middle' }, endOf(text(label), Math.floor(boxWidth / 7.8))),
    svg('title', null, text(label)))));
  return el('div.scroll', { tabindex: 0, role: 'region', 'aria-label': 'Graph of waits' }, chart);
}

// The end of a long name tells more than its beginning.
const endOf = (name, most) => name.length <= most ? name : `…${name.slice(1 - most)}`;

function drawHeapMap(heap) {
  const holders = heap.holders.map(([sort, name, root, size, elements, element, path, types]) => ({ sort: text(sort), name: text(name), root: text(root), size, elements, element: text(element), path, types }));
  const whole = heap.live > 0 ? heap.live : heap.bytes, rest = whole - holders.reduce((sum, h) => sum + h.size, 0);
  const map = el('div.map');
  const tiles = [...holders, ...(rest > 0 ? [{ name: 'everything else', sort: '', size: rest }] : [])].filter(t => t.size > 0);
  if (holders.length > 0) fitted(map, width => map.replaceChildren(drawTiles(tiles, width)));
  return [
    el('h3', null, 'Heap'),
    el('p', null, `${bytes(heap.bytes)} in ${plural(heap.objects, 'object')}${heap.live >= 0 ? `, of which ${bytes(heap.live)} are alive` : ''}; ${bytes(heap.free)} lie free between them. `, heap.parts.filter(p => p[1] > 0).map(([name, size]) => `${text(name).toLowerCase()} ${bytes(size)}`).join(', '), '.'),
    map,
    holders.length > 0 && table('What holds the heap', [
      { title: 'Holder', of: h => h.name, show: h => [unfold([el('span.soft', null, `${h.sort} `), code(h.name)], () => [el('ol.path', null, el('li', null, code(h.root)), h.path.map(step => el('li', null, code(text(step))))), el('p.soft', null, heldTypes(h.types))])] },
      { title: 'Holds', number: true, of: h => h.size, show: h => [bytes(h.size), shareBar([[h.size / Math.max(1, whole), 'c-memory']], percent(h.size / Math.max(1, whole)))] },
      { title: 'Things', number: true, of: h => h.elements, show: h => count(h.elements) },
      { title: 'Mostly', wide: true, of: h => h.element, show: h => code(h.element) },
    ], holders, 10),
    table('Types on the heap', [
      { title: 'Type', of: t => text(t[0]), show: t => code(text(t[0])) },
      { title: 'Objects', number: true, of: t => t[1], show: t => count(t[1]) },
      { title: 'Bytes', number: true, of: t => t[2], show: t => bytes(t[2]) },
      { title: 'With what they hold', number: true, wide: true, of: t => t[3], show: t => bytes(t[3]) },
    ], heap.types, 10),
  ];
}

function heldTypes(flat) {
  const parts = [];
  for (let i = 0; i < flat.length; i += 3) parts.push(`${count(flat[i + 1])} ${text(flat[i])} (${bytes(flat[i + 2])})`);
  return parts.join(', ');
}

// The map: each time the rest is cut along its longer side, so that about half of it lies on either.
function drawTiles(tiles, width) {
  const height = Math.min(320, Math.max(180, width / 3));
  const chart = svg('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'Map of the heap: each holder by the bytes that it keeps; the table below says the same' });
  const cut = (some, x, y, w, h) => {
    if (some.length === 0 || w < 1 || h < 1) return;
    if (some.length === 1) return void chart.append(drawTile(some[0], x, y, w, h));
    const whole = some.reduce((sum, t) => sum + t.size, 0);
    let n = 1, first = some[0].size;
    while (n < some.length - 1 && first + some[n].size <= whole / 2) first += some[n++].size;
    const share = first / whole, wide = w >= h;
    cut(some.slice(0, n), x, y, wide ? w * share : w, wide ? h : h * share);
    cut(some.slice(n), wide ? x + w * share : x, wide ? y : y + h * share, wide ? w * (1 - share) : w, wide ? h : h * (1 - share));
  };
  cut([...tiles].sort((a, b) => b.size - a.size), 0, 0, width, height);
  return chart;
}

const drawTile = (tile, x, y, w, h) => svg('g', { class: tile.sort ? 'tile' : 'tile rest' },
  svg('rect', { x: x + 1, y: y + 1, width: Math.max(0, w - 2), height: Math.max(0, h - 2) }), svg('title', null, `${tile.sort} ${tile.name}: ${bytes(tile.size)}`),
  w > 60 && h > 34 && [svg('text', { x: x + 8, y: y + 18 }, endOf(tile.name, Math.floor((w - 14) / 7.4))), svg('text', { x: x + 8, y: y + 33, class: 'tick' }, bytes(tile.size))]);

function drawDiff(diff) {
  const columns = what => [
    { title: what, of: r => text(r[0]), show: r => code(text(r[0])) },
    { title: 'Grew by', number: true, of: r => r[2] - r[1], show: r => signed(r[2] - r[1]) },
    { title: 'Before', number: true, wide: true, of: r => r[1], show: r => bytes(r[1]) },
    { title: 'After', number: true, of: r => r[2], show: r => bytes(r[2]) },
    { title: 'Things', number: true, wide: true, of: r => r[4] - r[3], show: r => `${count(r[3])} → ${count(r[4])}` },
  ];
  return [
    el('h3', null, 'What grew between the first heap and the last'),
    el('p', null, `In ${duration(diff.nanos)} what is alive went from ${bytes(diff.before)} to ${bytes(diff.after)} (${signed(diff.after - diff.before)}).`),
    diff.holders.length > 0 && table('Holders that changed', columns('Holder'), diff.holders, 8),
    diff.types.length > 0 && table('Types that changed', columns('Type'), diff.types, 8),
  ];
}
const signed = size => `${size < 0 ? '−' : '+'}${bytes(Math.abs(size))}`;
