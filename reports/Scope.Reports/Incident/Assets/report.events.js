// The events of this file: a search over all of them, and the panel in which a link to #event-N opens one.
function drawSearch() {
  if (events.count === 0) return null;
  const most = 200;
  const list = el('div'), told = el('p.soft', { role: 'status' });
  const present = [...new Set(events.kind)].sort((a, b) => kindText(a) < kindText(b) ? -1 : 1);
  const kinds = el('select', { 'aria-label': 'Kind of event', onchange: draw }, el('option', { value: '' }, 'all kinds'), present.map(number => el('option', { value: number }, kindText(number))));
  const search = el('input', { type: 'search', placeholder: 'text, or an event id', 'aria-label': 'Search events', oninput: draw });
  function draw() {
    const wanted = search.value.toLowerCase().trim(), number = kinds.value === '' ? null : Number(kinds.value);
    const found = [];
    let matching = 0;
    for (let row = 0; row < events.count; row++) {
      if (number !== null && events.kind[row] !== number) continue;
      if (wanted !== '' && String(events.id[row]) !== wanted && !lineOf(row).toLowerCase().includes(wanted)) continue;
      if (isZoomed() && (events.t[row] < view.from || startOf(row) > view.to)) continue;
      if (matching++ < most) found.push(row);
    }
    told.textContent = `${count(matching)} of ${count(events.count)} events${matching > most ? `; the first ${most} are shown` : ''}${isZoomed() ? ', in the zoomed part of the timeline' : ''}`;
    list.replaceChildren(eventList(found));
  }
  view.watchers.push(draw);
  return unfold('Search the events', () => {
    draw();
    return [el('div.bar', null, el('label.search', null, search), el('label', null, kinds)), told, list];
  });
}

const panel = el('aside.panel', { hidden: true, tabindex: -1, 'aria-label': 'Event' });
let cameFrom = null;

function openEvent(id) {
  const row = events.rowOf.get(id);
  if (row === undefined) return;
  const number = events.kind[row], rule = kindRule(number);
  panel.id = `event-${id}`;
  panel.hidden = false;
  document.body.classList.add('with-panel');
  panel.replaceChildren(
    el('header', null, el('h2', null, `${rule.name} `, el('span.soft', null, `event ${id}`)), button('×', closeEvent, { 'aria-label': 'Close', class: 'close' })),
    el('p.lead', { dir: 'auto' }, lineOf(row)),
    el('dl.fields', null, fieldsOf(row, rule).map(([label, value]) => [el('dt', null, label), el('dd', null, value)])),
    payloadOf(row).map(([key, value]) => [el('h3', null, key), el('pre', { tabindex: 0, dir: 'auto' }, value)]),
    events.stack[row] > 0 && [el('h3', null, 'Stack'), stackList(events.stack[row])],
    neighbours(row));
  panel.focus({ preventScroll: true });
}

function fieldsOf(row, rule) {
  const flow = events.flow[row], marks = Object.entries(flags).filter(([, bit]) => hasFlag(row, bit)).map(([name]) => spaced(name));
  return [
    ['when', `${at(startOf(row))} · ${clock(startOf(row))}`],
    rule.value !== '-' && [rule.value === 'duration, ns' ? 'took' : rule.value.replace(', ns', ''), /, ns$/.test(rule.value) ? duration(events.value[row]) : /bytes/.test(rule.value) ? bytes(events.value[row]) : count(events.value[row])],
    events.name[row] > 0 && [rule.nameField === '-' ? 'name' : rule.nameField, el('span', { dir: 'auto' }, text(events.name[row]))],
    rule.detail !== '-' && [rule.detail, String(events.detail[row])],
    events.method[row] > 0 && ['method', code(frameName(events.method[row]))],
    events.thread[row] > 0 && ['thread', osThread(events.thread[row])],
    rule.related === 'owner thread' && events.related[row] > 0 && ['owner', `thread ${osThread(events.related[row])}`],
    flow > 0 && ['flow', flows.some(f => f.id === flow) ? button(data.traces[flow] || `flow ${flow}`, () => { closeEvent(); showFlow(flow); }, { class: 'link' }) : `flow ${flow}`],
    marks.length > 0 && ['marks', marks.join(', ')],
  ].filter(Boolean);
}

// The events around it: of its flow when it has one, else of the file.
function neighbours(row) {
  const rows = rowsOfFlow.get(events.flow[row]) ?? null, place = rows ? rows.indexOf(row) : row;
  const before = rows ? rows[place - 1] : row - 1, after = rows ? rows[place + 1] : row + 1;
  const step = (other, label) => other !== undefined && other >= 0 && other < events.count && eventLink(events.id[other], `${label}: ${kindText(events.kind[other])}`);
  return el('p.steps', null, step(before, '← before'), ' ', step(after, 'after →'));
}

function closeEvent() {
  if (panel.hidden) return;
  panel.hidden = true;
  panel.removeAttribute('id');
  document.body.classList.remove('with-panel');
  history.replaceState(null, '', location.pathname + location.search);
  if (cameFrom?.isConnected) cameFrom.focus({ preventScroll: true });
}

// A link to an event opens the panel; any other link goes to its place as links do.
function followHash() {
  const wanted = /^#event-(\d+)$/.exec(location.hash);
  if (wanted) openEvent(Number(wanted[1]));
}

// The browser looked for the address's place before the page was drawn; now it is there.
function goToHash() {
  followHash();
  if (/^#[\w-]+$/.test(location.hash)) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}
addEventListener('hashchange', followHash);
addEventListener('keydown', key => { if (key.key === 'Escape') closeEvent(); });
document.addEventListener('click', click => {
  const link = click.target.closest?.('a[href^="#event-"]');
  if (!link) return;
  cameFrom = link;
  if (link.getAttribute('href') === location.hash) followHash();
});
