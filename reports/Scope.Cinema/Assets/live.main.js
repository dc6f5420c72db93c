// The live page: the report's figures, timeline and groups over the last minute, drawn again with each state.
const status = el('span.live', { role: 'status' }, 'connecting');
const parts = { findings: el('section.verdict', { 'aria-label': 'Found so far' }), figures: el('div'), routes: el('div'), exceptions: el('div'), account: el('p.soft') };

function drawLive() {
  document.getElementById('page').replaceChildren(
    el('header.masthead', null, el('div.brand', null, el('b', null, 'Scope'), ' live'),
      el('div.who', null, el('strong', { dir: 'auto' }, data.meta.name), el('span', null, `pid ${data.meta.pid}`)), status,
      el('div.tools', null, button('Light or dark', flipTheme, { class: 'theme' }))),
    el('div.frame.single', null, el('main', null, el('span', { id: 'verdict' }), parts.findings, parts.figures,
      section('The last minute', drawTimeline()), section('Routes', parts.routes), section('Exceptions', parts.exceptions), section('What this rests on', parts.account))));
  update();
}
const section = (title, content) => el('section.part', null, el('h2', null, title), content);

function update() {
  parts.findings.replaceChildren(...data.findings.length === 0 ? [el('h1', null, 'Nothing found so far')] : data.findings.map(drawFound));
  parts.figures.replaceChildren(drawFigures());
  parts.routes.replaceChildren(drawRoutes() ?? 'None yet.');
  parts.exceptions.replaceChildren(drawThrown());
  parts.account.textContent = `${compact(data.held)} events are held; ${compact(data.ledger.captured)} captured, ${compact(data.ledger.lost)} lost (${percent(data.ledger.share)} arrived).`;
  if (!isZoomed() || view.to > data.meta.nanos) zoom(0, data.meta.nanos);
  else for (const watcher of view.watchers) watcher();
}

const drawFound = (finding, i) => el('article.found', { id: `finding-${i + 1}` },
  el('p.eyebrow', null, el(`span.chip.${finding.severity}`, null, finding.severity), `${percent(finding.confidence)} sure`),
  el(i === 0 ? 'h1' : 'h2', null, finding.title), el('p.culprit', null, code(text(finding.culprit))), el('p.lead', { dir: 'auto' }, text(finding.summary)));

function drawThrown() {
  const { groups } = data.exceptions;
  return groups.length === 0 ? el('p.soft', null, 'None in the last minute.') : table('Exceptions', [
    { title: 'Type', of: g => text(g.type), show: g => [code(text(g.type)), el('span.site', null, 'in ', code(frameName(g.site)))] },
    { title: 'Over time', wide: true, show: g => spark(g.byBucket, 'c-error', `${g.count} over time`) },
    { title: 'Count', number: true, of: g => g.count, show: g => count(g.count) },
  ], groups);
}

// The view keeps showing everything while nobody zoomed, though everything grows.
function follow(message) {
  const wasZoomed = isZoomed();
  data = JSON.parse(message.data);
  if (!wasZoomed) view.to = data.meta.nanos;
  status.textContent = 'live';
  status.classList.remove('bad');
  update();
}

drawLive();
const source = new EventSource('events');
source.onmessage = follow;
source.onerror = () => {
  status.textContent = 'not connected: the recording ended, or Scope did';
  status.classList.add('bad');
};
