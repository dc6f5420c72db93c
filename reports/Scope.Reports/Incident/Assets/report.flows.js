// The slowest flows: which, how long, and what the time went into. One opens as a waterfall.
const flows = data.flows.ids.map(describeFlow).filter(Boolean);

// What the time of a flow went into, by the kinds below; the rest is its own.
const costs = [['sql', 'c-sql', 'SQL'], ['client-call', 'c-client', 'calls'], ['contention', 'c-lock', 'locks'], ['wait', 'c-wait', 'waits'], ['gc-pause', 'c-gc', 'GC']];

function describeFlow(id) {
  const rows = rowsOfFlow.get(id);
  if (!rows) return null;
  const spans = rows.filter(row => isSpan(events.kind[row]));
  const root = spans.find(row => kindText(events.kind[row]) === 'request' && !spans.some(other => events.span[other] === events.parent[row] && other !== row))
    ?? spans.reduce((longest, row) => longest === undefined || events.value[row] > events.value[longest] ? row : longest, undefined) ?? rows[0];
  const start = startOf(root), nanos = hasDuration(events.kind[root]) ? events.value[root] : events.t[rows.at(-1)] - start;
  return {
    id, rows, spans, root, start, nanos: Math.max(1, nanos), name: text(events.name[root]) || kindText(events.kind[root]), status: kindText(events.kind[root]) === 'request' ? events.detail[root] : 0,
    isBad: rows.some(row => hasFlag(row, flags.error)), exceptions: rows.filter(row => kindText(events.kind[row]) === 'exception').length,
  };
}

// The time of a flow covered by events of a kind, each instant counted once.
function covered(flow, name) {
  const parts = (name === 'gc-pause' ? pausesIn(flow) : flow.rows.filter(row => events.kind[row] === kind[name]).map(row => [startOf(row), events.t[row]])).sort((a, b) => a[0] - b[0]);
  let sum = 0, end = flow.start;
  for (const [from, to] of parts) {
    sum += Math.max(0, Math.min(to, flow.start + flow.nanos) - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}

function pausesIn(flow) {
  const found = [], { pauses } = data.timeline;
  for (let i = 0; i < pauses.length; i += 3)
    if (pauses[i] < flow.start + flow.nanos && pauses[i] + pauses[i + 1] > flow.start) found.push([pauses[i], pauses[i] + pauses[i + 1]]);
  return found;
}

function drawFlows() {
  if (flows.length === 0) return null;
  const list = el('div.flows'), told = el('p.soft', { role: 'status' });
  const search = el('input', { type: 'search', placeholder: 'route, SQL, exception, trace id', 'aria-label': 'Filter flows by text', oninput: draw });
  const failed = el('input', { type: 'checkbox', onchange: draw });
  const nodes = new Map();

  function draw() {
    const wanted = search.value.toLowerCase();
    const matching = flows.filter(flow => (!failed.checked || flow.isBad) && (!isZoomed() || (flow.start <= view.to && flow.start + flow.nanos >= view.from)) && (wanted === '' || textOfFlow(flow).includes(wanted)));
    const shown = matching.slice(0, draw.most);
    list.replaceChildren(...shown.map(flow => {
      if (!nodes.has(flow)) nodes.set(flow, drawFlow(flow));
      return nodes.get(flow);
    }));
    more.hidden = matching.length <= shown.length;
    told.textContent = `${plural(matching.length, 'flow')} of the ${flows.length} slowest and failed${isZoomed() ? ', in the zoomed part of the timeline' : ''}`;
  }
  draw.most = 12;
  const more = button('Show all', () => { draw.most = Infinity; draw(); }, { class: 'more' });
  view.watchers.push(draw);
  draw();
  showFlow = flow => {
    const found = flows.find(f => f.id === flow);
    if (!found) return;
    search.value = '';
    failed.checked = false;
    draw.most = Infinity;
    if (isZoomed()) zoom(0, data.meta.nanos); else draw();
    nodes.get(found).open = true;
    nodes.get(found).scrollIntoView({ block: 'start' });
  };
  return [el('div.bar', null, el('label.search', null, search), el('label.check', null, failed, ' failed only')), told, costLegend(), list, more];
}
let showFlow = () => {};

function textOfFlow(flow) {
  flow.text ??= [data.traces[flow.id], ...flow.rows.map(lineOf)].join('\n').toLowerCase();
  return flow.text;
}

const costLegend = () => el('p.legend', null, el('span', null, 'what the time went into:'), costs.map(([, style, label]) => legend(style, label)), legend('c-own', 'its own code, or unknown'));

function drawFlow(flow) {
  const parts = costs.map(([name, style]) => [covered(flow, name) / flow.nanos, style]);
  const sum = parts.reduce((total, [share]) => total + share, 0);
  const shares = parts.map(([share, style]) => [sum > 1 ? share / sum : share, style]).concat([[Math.max(0, 1 - sum), 'c-own']]);
  const bar = shareBar(shares, costs.map(([name, , label]) => `${label} ${percent(covered(flow, name) / flow.nanos)}`).join(', '));
  return unfold(el('span.flow', null,
    el('span.long', null, duration(flow.nanos)),
    el('span.what', { dir: 'auto' }, flow.name),
    el('span.marks', null, flow.status > 0 && el(`span.status${flow.status >= 500 ? '.bad' : ''}`, null, String(flow.status)), flow.exceptions > 0 && el('span.status.bad', null, plural(flow.exceptions, 'exception'))),
    el('span.at', null, at(flow.start)), bar), () => drawWaterfall(flow), { open: flow === flows[0] });
}
