// The call tree and the hottest methods: the flame graph's content for reading, searching and the keyboard.
function drawCallTree(mode) {
  const size = flame.sizes[mode], all = Math.max(1, size(0));
  const heaviest = hottest(mode);
  return [
    el('div.columns.even', null,
      el('div', null, el('h3', null, mode === 'waiting' ? 'Where threads waited' : mode === 'onCpu' ? 'Hottest methods' : 'Where samples fell'), el('p.soft', null, 'by the application\u2019s first frame on the stack'),
        heaviest.length === 0 ? el('p.soft', null, 'None in the application.') : table('Methods by samples', [
          { title: 'Method', of: r => r.name, show: r => code(r.name) },
          { title: 'Share', number: true, of: r => r.samples, show: r => [percent(r.samples / all), shareBar([[r.samples / all, mode === 'waiting' ? 'c-wait' : 'c-cpu']], percent(r.samples / all))] },
        ], heaviest, 8)),
      el('div', null, el('h3', null, 'Call tree'), el('p.soft', null, 'total, then its own share'), el('div.tree', null, treeNodes(0, mode, size, all, 0)))),
  ];
}

// Samples by the method of the application that stands nearest to the top.
function hottest(mode) {
  const self = mode === 'onCpu' ? i => flame.selfOnCpu[i] : mode === 'waiting' ? i => flame.selfWaiting[i] : i => flame.selfOnCpu[i] + flame.selfWaiting[i];
  const byFrame = new Map();
  flame.parent.forEach((_, i) => {
    const own = self(i);
    if (own === 0) return;
    let at = i;
    while (at > 0 && !flame.app(at)) at = flame.parent[at];
    if (at > 0) byFrame.set(flame.frame[at], (byFrame.get(flame.frame[at]) ?? 0) + own);
  });
  return [...byFrame].map(([frame, samples]) => ({ name: frameName(frame), samples })).sort((a, b) => b.samples - a.samples);
}

// A branch opens by itself as long as it is the only heavy one.
function treeNodes(parent, mode, size, all, depth) {
  const branches = flame.children[parent].filter(child => size(child) >= all / 500).sort((a, b) => size(b) - size(a));
  return branches.slice(0, 40).map((node, i) => {
    const below = flame.children[node].some(child => size(child) >= all / 500);
    const own = mode === 'onCpu' ? flame.selfOnCpu[node] : mode === 'waiting' ? flame.selfWaiting[node] : flame.selfOnCpu[node] + flame.selfWaiting[node];
    const label = [el('span.share', null, percent(size(node) / all)), el('span.own', null, own > 0 ? percent(own / all) : ''), el('span', { class: flame.app(node) ? 'app' : 'framework' }, code(flame.name(node)))];
    return below && depth < 100 ? unfold(label, () => treeNodes(node, mode, size, all, depth + 1), { open: i === 0 && depth < 12 && size(node) >= size(parent) * 0.6 }) : el('div.leaf', null, label);
  });
}
