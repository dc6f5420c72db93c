// What happened: strips of time under one axis, the findings marked on top, with zoom by drag, keys and buttons.
function stripsOf() {
  const t = data.timeline, seconds = t.bucketNanos / 1e9;
  const rate = values => values?.map(v => v / seconds);
  const none = value => value < 0 ? null : value;
  return [
    { title: `${data.requests.word} a second`, height: 64, show: digits, areas: [['c-work', rate(t.requests)], ['c-error', rate(t.errors)]] },
    { title: 'latency', height: 72, show: duration, lines: [['c-p50', t.p50.map(none), 'p50'], ['c-p99', t.p99.map(none), 'p99']] },
    { title: 'exceptions a second', height: 40, show: digits, areas: [['c-error', rate(t.exceptions)]] },
    { title: 'GC pauses', height: 40, show: duration, spikes: t.pauses },
    { title: 'CPU, cores', height: 44, show: digits, areas: [['c-cpu', t.cpuNanos?.map(v => v / t.bucketNanos)]] },
    { title: 'waiting for locks, threads', height: 44, show: digits, areas: [['c-lock', t.lockNanos?.map(v => v / t.bucketNanos)]] },
    { title: 'allocated a second', height: 40, show: bytes, round: roundUpBytes, areas: [['c-memory', rate(t.allocated)]] },
    { title: 'managed heap', height: 40, show: bytes, round: roundUpBytes, steps: t.heap },
    { title: 'pool workers', height: 40, show: digits, steps: t.workers },
    { title: 'work items waiting for a pool worker', height: 40, show: digits, steps: t.queue },
  ].filter(strip => strip.areas?.some(([, v]) => v) || strip.lines?.some(([, v]) => v.some(x => x !== null)) || strip.spikes?.length || strip.steps?.length);
}

function drawTimeline() {
  const place = el('div.timeline', { tabindex: 0, role: 'group', 'aria-label': 'Timeline. Arrow keys move, plus and minus zoom, 0 shows everything.' });
  const readout = el('p.readout', { 'aria-live': 'off' });
  const chart = fitted(place, width => place.replaceChildren(drawStrips(width, readout)));
  const tell = () => {
    readout.textContent = isZoomed() ? `${at(view.from)} to ${at(view.to)}` : 'Drag to zoom; point to read.';
    chart.redraw();
  };
  view.watchers.push(tell);
  place.addEventListener('keydown', keyZoom);
  place.addEventListener('dblclick', () => zoom(0, data.meta.nanos));
  tell();
  return [
    el('div.bar', null, readout, el('div.buttons', null, button('−', () => zoomBy(2), { 'aria-label': 'Zoom out' }), button('+', () => zoomBy(0.5), { 'aria-label': 'Zoom in' }),
      button('Everything', () => zoom(0, data.meta.nanos)))),
    place,
    el('p.legend', null, legend('c-work', data.requests.word), legend('c-error', 'errors'), legend('c-p50', 'p50'), legend('c-p99', 'p99'),
      data.findings.some(f => f.spread.length) && legend('c-finding', 'when a finding shows')),
  ];
}
const legend = (style, label) => el('span', null, el(`i.${style}`), label);

function zoomBy(factor) {
  const middle = (view.from + view.to) / 2, half = (view.to - view.from) / 2 * factor;
  zoom(middle - half, middle + half);
}

function keyZoom(key) {
  const step = (view.to - view.from) / 5;
  const moves = { ArrowLeft: () => zoom(view.from - step, view.to - step), ArrowRight: () => zoom(view.from + step, view.to + step), '+': () => zoomBy(0.5), '=': () => zoomBy(0.5), '-': () => zoomBy(2), 0: () => zoom(0, data.meta.nanos) };
  if (!moves[key.key]) return;
  moves[key.key]();
  key.preventDefault();
}

function drawStrips(width, readout) {
  const strips = stripsOf(), left = 4, right = width - 58, gap = 26, top = data.findings.some(f => f.spread.length) ? 32 : 8;
  const x = linear(view.from, view.to, left, right);
  const height = top + strips.reduce((sum, strip) => sum + strip.height + gap, 0) + 14;
  const clip = svg('clipPath', { id: 'plot' }, svg('rect', { x: left, y: 0, width: right - left, height }));
  const chart = svg('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': `Timeline of ${strips.map(s => s.title).join(', ')}` }, svg('defs', null, clip));
  chart.append(svg('g', { 'clip-path': 'url(#plot)' }, data.findings.map((finding, i) => drawSpread(finding, i, x, height))));
  let y = top;
  for (const strip of strips) {
    chart.append(drawStrip(strip, x, left, right, y + 16));
    y += strip.height + gap;
  }
  for (const tick of ticks(view.from / 1e9, view.to / 1e9, Math.max(3, width / 130))) {
    chart.append(svg('path', { d: `M${x(tick * 1e9)},${top}V${height - 14}`, class: 'grid' }),
      svg('text', { x: x(tick * 1e9), y: height - 2, class: 'tick', 'text-anchor': tick * 1e9 - view.from < (view.to - view.from) / 50 ? 'start' : 'middle' }, `${trim(tick.toFixed(3))} s`));
  }
  chart.append(drawCursor(chart, x, left, right, top, height - 14, readout));
  return chart;
}

function drawSpread(finding, i, x, height) {
  if (finding.spread.length === 0) return null;
  const [from, to] = finding.spread.map(x), middle = Math.max(14, Math.min(x(view.to) - 14, from + 10 + i * 24));
  return svg('g', { class: `spread ${finding.severity}` },
    i === 0 && svg('rect', { x: from, y: 20, width: Math.max(2, to - from), height: height - 34 }),
    svg('path', { d: `M${from},${20 + Math.min(i, 3) * 3}H${Math.max(from + 2, to)}` }),
    svg('a', { href: `#finding-${i + 1}`, 'aria-label': `Finding ${i + 1}: ${finding.title}` }, svg('circle', { cx: middle, cy: 10, r: 9 }), svg('text', { x: middle, y: 14, 'text-anchor': 'middle' }, String(i + 1))));
}

// One strip: its title above, its largest value at the right, its series between.
function drawStrip(strip, x, left, right, top) {
  const bottom = top + strip.height;
  const values = visibleValues(strip);
  const most = (strip.round ?? roundUp)(Math.max(...values, 0)), y = linear(0, most, bottom, top);
  const group = svg('g', { class: 'strip' },
    svg('text', { x: left, y: top - 6, class: 'title' }, strip.title),
    svg('path', { d: `M${left},${bottom}H${right}`, class: 'axis' }), svg('path', { d: `M${left},${top}H${right}`, class: 'grid' }),
    svg('text', { x: right + 6, y: top + 4, class: 'tick' }, strip.show(most)), svg('text', { x: right + 6, y: bottom + 3, class: 'tick' }, '0'));
  const plot = svg('g', { 'clip-path': 'url(#plot)' });
  for (const [style, series] of strip.areas ?? []) if (series) plot.append(svg('path', { d: path(bucketSteps(series, x, y), bottom), class: `area ${style}` }));
  for (const [style, series] of strip.lines ?? []) plot.append(svg('path', { d: path(bucketMiddles(series, x, y)), class: `line ${style}` }));
  for (let i = 0; i < (strip.spikes?.length ?? 0); i += 3) {
    const [start, pause, generation] = strip.spikes.slice(i, i + 3);
    plot.append(svg('rect', { x: x(start), y: y(pause), width: Math.max(1.6, x(start + pause) - x(start)), height: bottom - y(pause), class: `gc gen${Math.min(generation, 2)}` }));
  }
  if (strip.steps) plot.append(svg('path', { d: path(stepPoints(strip.steps, x, y)), class: 'line c-pool' }));
  group.append(plot);
  return group;
}

function visibleValues(strip) {
  const t = data.timeline.bucketNanos, isIn = i => (i + 1) * t >= view.from && i * t <= view.to;
  const series = [...strip.areas ?? [], ...strip.lines ?? []].flatMap(([, values]) => values ? values.filter((v, i) => v !== null && isIn(i)) : []);
  const spikes = (strip.spikes ?? []).filter((_, i, all) => i % 3 === 1 && all[i - 1] + all[i] >= view.from && all[i - 1] <= view.to);
  return [...series, ...spikes, ...(strip.steps ?? []).filter((_, i) => i % 2 === 1)];
}

const bucketSteps = (values, x, y) => values.flatMap((value, i) => {
  const from = x(i * data.timeline.bucketNanos), to = x(Math.min(data.meta.nanos, (i + 1) * data.timeline.bucketNanos));
  return [[from, y(value)], [to, y(value)]];
});
const bucketMiddles = (values, x, y) => values.map((value, i) => value === null ? null : [x(Math.min(data.meta.nanos, (i + 0.5) * data.timeline.bucketNanos)), y(value)]);

function stepPoints(steps, x, y) {
  const points = [];
  for (let i = 0; i < steps.length; i += 2) {
    points.push([x(i === 0 ? 0 : steps[i]), y(steps[i + 1])]);
    points.push([x(steps[i + 2] ?? data.meta.nanos), y(steps[i + 1])]);
  }
  return points;
}

// The cursor: a hairline that reads every strip, and the drag that zooms.
function drawCursor(chart, x, left, right, top, bottom, readout) {
  const hair = svg('path', { class: 'hair' }), band = svg('rect', { class: 'band', y: top, height: bottom - top, width: 0 });
  const timeAt = pointer => view.from + Math.min(1, Math.max(0, (pointer.clientX - chart.getBoundingClientRect().left - left) / (right - left))) * (view.to - view.from);
  let start = null;
  chart.addEventListener('pointerdown', pointer => { if (!pointer.target.closest('a')) start = timeAt(pointer); });
  chart.addEventListener('pointermove', pointer => {
    const now = timeAt(pointer);
    hair.setAttribute('d', `M${x(now)},${top}V${bottom}`);
    readout.textContent = readAt(now);
    if (start === null) return;
    band.setAttribute('x', x(Math.min(start, now)));
    band.setAttribute('width', Math.abs(x(now) - x(start)));
  });
  chart.addEventListener('pointerup', pointer => {
    const end = timeAt(pointer), from = start;
    start = null;
    band.setAttribute('width', 0);
    if (from !== null && Math.abs(x(end) - x(from)) > 8) zoom(Math.min(from, end), Math.max(from, end));
  });
  chart.addEventListener('pointerleave', () => hair.removeAttribute('d'));
  return svg('g', null, band, hair);
}

function readAt(time) {
  const bucket = Math.min(data.timeline.buckets - 1, Math.floor(time / data.timeline.bucketNanos));
  const parts = stripsOf().flatMap(strip => [...strip.areas ?? [], ...strip.lines ?? []].filter(([, v]) => v && v[bucket] !== null && v[bucket] > 0)
    .map(([style, v, label]) => `${strip.show(v[bucket])} ${label ?? (style === 'c-error' && strip.areas.length > 1 ? 'errors a second' : strip.title)}`));
  return [at(time), ...parts].join('  ·  ');
}
