// What the runtime did: locks, garbage collections and allocations, threads.
function drawLocks() {
  const { groups, count: waits, total } = data.locks;
  if (groups.length === 0) return null;
  const all = total || 1;
  return [
    el('p', null, `Threads waited ${plural(waits, 'time')} for locks, ${duration(total)} in all.`),
    el('div.groups', null, groups.map((group, i) => unfold(el('span.group', null,
      el('span.count', null, duration(group.total)),
      el('span.what', null, el('b', null, code(frameName(group.site))), el('span.site', null, text(group.lock) ? ['lock ', code(text(group.lock))] : 'lock without a name', ` · ${plural(group.count, 'wait')}, longest ${duration(group.max)}, ${plural(group.waiters, 'waiting thread')}`)),
      spark(group.byBucket, 'c-lock', `${duration(group.total)} over time`)),
    () => [
      el('p', null, `${percent(group.total / all)} of all waiting for locks; a wait took ${duration(group.p50)} at the median. `, eventLink(group.longest, 'The longest wait')),
      group.owners.length > 0 && el('p', null, 'Held meanwhile by ', owners(group.owners), '.'),
      el('h3', null, 'Who waits'), stackList(group.stack),
    ], { open: i === 0 }))),
  ];
}

function owners(flat) {
  const parts = [];
  for (let i = 0; i < flat.length; i += 2) parts.push(i > 0 && ', ', `thread ${osThread(flat[i])} (${duration(flat[i + 1])})`);
  return parts;
}

function drawMemory() {
  const { gc, allocations } = data;
  if (gc.count === 0 && gc.pauses === 0 && allocations.samples === 0) return null;
  const rows = gc.number.map((number, i) => ({ number, start: gc.start[i], generation: gc.generation[i], reason: text(gc.reason[i]), duration: gc.duration[i], pause: gc.pause[i], heap: gc.heap[i], event: gc.event[i] }));
  const chart = el('div.heap');
  const heaps = rows.filter(row => row.heap >= 0);
  if (heaps.length > 1) fitted(chart, width => chart.replaceChildren(drawHeap(heaps, width)));
  return [
    gc.count > 0 && el('p', null, `${plural(gc.count, 'collection')} (${gc.countOf.map((n, g) => `${count(n)} of generation ${g}`).join(', ')}) stopped the process for ${duration(gc.pauseTotal)}, ${percent(gc.pauseTotal / data.meta.nanos)} of the time.`),
    chart,
    rows.length > 0 && table('Garbage collections', [
      { title: 'GC', number: true, of: r => r.number, show: r => eventLink(r.event, `#${r.number}`) },
      { title: 'At', number: true, of: r => r.start, show: r => at(r.start) },
      { title: 'Gen', number: true, of: r => r.generation, show: r => String(r.generation) },
      { title: 'Reason', wide: true, of: r => r.reason, show: r => r.reason },
      { title: 'Took', number: true, wide: true, of: r => r.duration, show: r => duration(r.duration) },
      { title: 'Pause', number: true, of: r => r.pause, show: r => duration(r.pause) },
      { title: 'Heap after', number: true, of: r => r.heap, show: r => bytes(r.heap) },
    ], [...rows].sort((a, b) => b.pause - a.pause), 8),
    drawAllocations(),
  ];
}

function drawAllocations() {
  const { allocations: a } = data;
  if (a.samples === 0) return null;
  const rows = a.type.map((type, i) => ({ type: text(type), site: a.site[i], bytes: a.bytesOf[i], stack: a.stack[i] }));
  return [el('h3', null, 'What was allocated'), el('p.soft', null, `${bytes(a.bytes)} by ${plural(a.samples, 'sample')}`), table('Allocations', [
    { title: 'Type', of: r => r.type, show: r => code(r.type || '(unknown)') },
    { title: 'By', of: r => frameName(r.site), show: r => r.site ? code(frameName(r.site)) : '–' },
    { title: 'Bytes', number: true, of: r => r.bytes, show: r => [bytes(r.bytes), shareBar([[r.bytes / Math.max(1, a.bytes), 'c-memory']], percent(r.bytes / Math.max(1, a.bytes)))] },
  ], rows, 8)];
}

function drawHeap(rows, width) {
  const height = 96, right = width - 62, most = roundUpBytes(Math.max(...rows.map(r => r.heap)));
  const x = linear(0, data.meta.nanos, 2, right), y = linear(0, most, height - 16, 8);
  const chart = svg('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'Heap after each collection' },
    svg('path', { d: `M2,${height - 16}H${right}`, class: 'axis' }), svg('path', { d: `M2,8H${right}`, class: 'grid' }),
    svg('text', { x: right + 6, y: 12, class: 'tick' }, bytes(most)), svg('text', { x: right + 6, y: height - 13, class: 'tick' }, '0'),
    svg('path', { d: path(rows.map(r => [x(r.start), y(r.heap)]), height - 16), class: 'area c-memory' }));
  for (const row of rows.length <= 400 ? rows : []) chart.append(svg('circle', { cx: x(row.start), cy: y(row.heap), r: row.generation >= 2 ? 3.5 : 2, class: `gc gen${Math.min(2, row.generation)}` }, svg('title', null, `GC #${row.number}, generation ${row.generation}: ${bytes(row.heap)} after`)));
  for (const tick of ticks(0, data.meta.nanos / 1e9, width / 130)) chart.append(svg('text', { x: x(tick * 1e9), y: height - 2, class: 'tick', 'text-anchor': tick === 0 ? 'start' : 'middle' }, `${trim(tick.toFixed(3))} s`));
  return chart;
}

function drawThreads() {
  const { rows, count: all, cells } = data.threads;
  if (rows.length === 0) return null;
  return [
    el('p.legend', null, legend('c-cpu', 'on CPU'), legend('c-wait', 'waiting'), el('span', null, `${plural(all, 'thread')} seen; each strip is the whole recording`)),
    table('Threads', [
      { title: 'Thread', of: r => text(r.name) || `${r.osId}`, show: r => [el('span.what', { dir: 'auto' }, text(r.name) || 'thread'), ' ', el('span.soft', null, String(r.osId))] },
      { title: 'What it did', show: r => threadStrip(r, cells) },
      { title: 'On CPU', number: true, of: r => sumOf(r.onCpu), show: r => r.samples > 0 ? percent(sumOf(r.onCpu) / r.samples) : '–' },
      { title: 'CPU time', number: true, wide: true, of: r => r.cpu, show: r => r.cpu > 0 ? duration(r.cpu) : '–' },
      { title: 'In locks', number: true, of: r => r.lock, show: r => r.lock > 0 ? duration(r.lock) : '–' },
      { title: 'Exceptions', number: true, wide: true, of: r => r.exceptions, show: r => r.exceptions > 0 ? count(r.exceptions) : '–' },
    ], rows, 16),
  ];
}
const sumOf = values => values.reduce((a, b) => a + b, 0);

function threadStrip(row, cells) {
  const most = Math.max(1, ...row.onCpu.map((on, i) => on + row.waiting[i]));
  let busy = '', idle = '';
  row.onCpu.forEach((on, i) => {
    const high = on / most * 16, low = row.waiting[i] / most * 16;
    if (high > 0) busy += `M${i},16v${-high.toFixed(1)}h1V16Z`;
    if (low > 0) idle += `M${i},${(16 - high).toFixed(1)}v${-low.toFixed(1)}h1v${low.toFixed(1)}Z`;
  });
  return svg('svg', { class: 'strip', viewBox: `0 0 ${cells} 16`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `on CPU in ${percent(sumOf(row.onCpu) / Math.max(1, row.samples))} of its samples` }, svg('path', { d: idle, class: 'c-wait' }), svg('path', { d: busy, class: 'c-cpu' }));
}
