// One flow as a waterfall: its spans as bars, nested; on each the events that happened in it, at their times. The calls that a
// probe saw stand below the span that they were made in, nested as they called one another.
const dots = { 'exception': 'c-error', 'exception-unhandled': 'c-error', 'log': 'c-log', 'contention': 'c-lock', 'wait': 'c-wait', 'gc-pause': 'c-gc', 'allocation': 'c-memory', 'state-change': 'c-client', 'method-enter': 'c-probe' };
const mostCalls = 60;

function drawWaterfall(flow) {
  const rows = nest(flow);
  const place = el('div.waterfall');
  fitted(place, width => place.replaceChildren(drawBars(flow, rows, width)));
  const trace = data.traces[flow.id];
  const telling = flow.rows.filter(row => !['cpu-sample', 'task-wait', 'task-wait-start', 'task-scheduled', 'task-started', 'task-completed', 'link'].includes(kindText(events.kind[row]))).sort((a, b) => startOf(a) - startOf(b));
  return [
    el('p.soft', null, `began ${clock(flow.start)}`, trace && [' · trace ', el('code', null, trace)], ` · ${plural(flow.rows.length, 'event')} of it in this file`),
    place,
    unfold(`Its ${telling.length} events in order`, () => {
      const first = el('ol.events', null, telling.slice(0, 400).map(row => el('li', null, eventRow(row, flow.start))));
      return first;
    }, { open: telling.length <= 12 }),
  ];
}

// Spans in the order of a tree, with their depth; an event goes to its span's row, or to the root's.
function nest(flow) {
  const bySpan = new Map(flow.spans.map(row => [events.span[row], row]));
  const children = new Map();
  const roots = [];
  for (const row of flow.spans) {
    const parent = bySpan.get(events.parent[row]);
    if (parent === undefined || parent === row) roots.push(row);
    else children.set(parent, [...children.get(parent) ?? [], row]);
  }
  const ordered = [];
  const visit = (row, depth) => {
    ordered.push({ row, depth, events: [] });
    if (depth < 30) for (const child of (children.get(row) ?? []).sort((a, b) => startOf(a) - startOf(b))) visit(child, depth + 1);
  };
  for (const root of roots.sort((a, b) => startOf(a) - startOf(b))) visit(root, 0);
  const rowOfSpan = new Map(ordered.map(line => [events.span[line.row], line]));
  const rootLine = rowOfSpan.get(events.span[flow.root]) ?? ordered[0];
  const calls = flow.rows.filter(row => isCall(events.kind[row])).sort((a, b) => startOf(a) - startOf(b) || events.t[b] - events.t[a]);
  const lineOfCall = new Map();
  for (const row of calls.slice(0, mostCalls)) lineOfCall.set(row, addCall(ordered, row, rowOfSpan.get(events.span[row]) ?? rootLine, lineOfCall));
  for (const row of flow.rows) if (!isSpan(events.kind[row]) && !lineOfCall.has(row)) (callAround(row, lineOfCall) ?? rowOfSpan.get(events.span[row]) ?? rootLine)?.events.push(row);
  return ordered;
}

// A call goes below the one that made it, or below its span; after what stands there already.
function addCall(lines, row, span, lineOfCall) {
  const around = callAround(row, lineOfCall) ?? span;
  const line = { row, depth: (around?.depth ?? -1) + 1, events: [] };
  let at = lines.indexOf(around) + 1;
  while (at < lines.length && lines[at].depth > around.depth) at++;
  lines.splice(at, 0, line);
  return line;
}

// The innermost call of the span that an event happened in; of what a call changed, that call.
function callAround(row, lineOfCall) {
  let found = null;
  for (const [call, line] of lineOfCall)
    if (call !== row && events.span[call] === events.span[row] && startOf(call) <= startOf(row) && events.t[call] >= events.t[row] && (kindText(events.kind[row]) !== 'state-change' || events.method[call] === events.method[row])) found = line;
  return found;
}

function drawBars(flow, lines, width) {
  const shown = lines.slice(0, 120), line = 30, top = 20;
  const from = Math.min(flow.start, ...shown.map(l => startOf(l.row))), to = Math.max(flow.start + flow.nanos, ...shown.map(l => events.t[l.row]));
  const x = linear(from, to, 2, width - 2), height = top + shown.length * line + 4;
  const chart = svg('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': `${plural(lines.length, 'span')} of ${flow.name}` });
  for (const [start, end] of pausesIn(flow)) chart.append(svg('rect', { x: x(start), y: top, width: Math.max(1.5, x(end) - x(start)), height: height - top, class: 'c-gc faint' }, svg('title', null, `GC pause ${duration(end - start)}`)));
  for (const tick of ticks(0, to - from, Math.max(2, width / 140)))
    chart.append(svg('path', { d: `M${x(from + tick)},${top - 4}V${height}`, class: 'grid' }), svg('text', { x: Math.min(width - 30, x(from + tick)), y: 11, class: 'tick', 'text-anchor': tick === 0 ? 'start' : 'middle' }, duration(tick)));
  shown.forEach((l, i) => chart.append(drawSpan(l, top + i * line, x, width)));
  return chart;
}

function drawSpan({ row, events: inside }, y, x, width) {
  const number = events.kind[row], start = x(startOf(row)), end = Math.max(start + 2, x(events.t[row]));
  const styles = { sql: 'c-sql', 'client-call': 'c-client', request: 'c-work', message: 'c-client', activity: 'c-own', 'method-leave': 'c-probe', 'method-exception': 'c-probe' };
  const label = `${duration(events.value[row])}  ${lineOf(row)}`;
  const isLate = start > width * 0.6; // Its label ends where the chart ends, instead of beginning where there is no room.
  const most = Math.floor((isLate ? end : width - start) / 6.4);
  const group = svg('a', { href: `#event-${events.id[row]}`, class: 'span', 'aria-label': `${kindText(number)} ${label}`.slice(0, 300) },
    svg('title', null, label),
    svg('rect', { x: start, y: y + 16, width: end - start, height: 9, rx: 1.5, class: `${styles[kindText(number)] ?? 'c-own'}${hasFlag(row, flags.error) ? ' failed' : ''}` }),
    svg('text', { x: isLate ? width - 2 : start, y: y + 12, 'text-anchor': isLate ? 'end' : 'start', class: hasFlag(row, flags.error) ? 'bad' : '' }, label.length > most ? label.slice(0, Math.max(4, most - 1)) + '…' : label));
  const marks = svg('g');
  for (const at of inside) {
    const style = dots[kindText(events.kind[at])];
    const title = svg('title', null, `${kindText(events.kind[at])}: ${lineOf(at)}`.slice(0, 300));
    if (kindText(events.kind[at]) === 'cpu-sample') marks.append(svg('rect', { x: x(events.t[at]) - 0.75, y: y + 26, width: 1.5, height: 3, class: hasFlag(at, flags.onCpu) ? 'c-cpu' : 'c-wait' }));
    else if (style && hasDuration(events.kind[at])) marks.append(svg('rect', { x: x(startOf(at)), y: y + 18.5, width: Math.max(2, x(events.t[at]) - x(startOf(at))), height: 4, class: style }, title));
    else if (style) marks.append(svg('circle', { cx: x(events.t[at]), cy: y + 20.5, r: 4, class: `dot ${style}` }, title));
  }
  return svg('g', null, group, marks);
}
