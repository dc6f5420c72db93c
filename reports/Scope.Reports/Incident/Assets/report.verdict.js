// The top of the page: whose report it is, the verdict with how sure it is, and the few figures that frame it.
function drawMasthead() {
  const { meta } = data;
  const facts = [`pid ${meta.pid}`, meta.runtime && `.NET ${meta.runtime}`, meta.platform, meta.processors > 0 && plural(meta.processors, 'processor')].filter(Boolean);
  return el('header.masthead', null,
    el('div.brand', null, el('b', null, 'Scope'), ' incident report'),
    el('div.who', null, el('strong', { dir: 'auto' }, meta.name), el('span', null, facts.join(' · '))),
    el('div.when', null, el('time', { datetime: meta.from }, clock(0).replace(/\.\d+/, '')), el('span', null, `${duration(meta.nanos)} recorded`)),
    el('div.tools', null, button('Light or dark', flipTheme, { class: 'theme' }), button('Print', () => window.print())));
}

function flipTheme() {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = isDark ? 'light' : 'dark';
}

function drawVerdict() {
  const first = data.findings[0];
  return el('section.verdict', { id: 'verdict', tabindex: -1, 'aria-label': 'Verdict' }, first ? drawCause(first) : drawHealthy(), drawFigures());
}

function drawCause(first) {
  const others = data.findings.length - 1;
  return [
    el('p.eyebrow', null, el(`span.chip.${first.severity}`, null, first.severity), 'Verdict'),
    el('h1', null, first.title),
    el('p.culprit', null, code(text(first.culprit))),
    el('div.columns', null,
      el('div', null,
        el('p.lead', { dir: 'auto' }, text(first.summary)),
        el('p.advice', { dir: 'auto' }, el('b', null, 'Do this. '), text(first.advice)),
        el('p.jump', null, el('a', { href: '#finding-1' }, `See the evidence (${count(first.evidenceInAll)})`),
          others > 0 && [' · ', el('a', { href: '#findings' }, plural(others, 'other finding'))])),
      drawConfidence(first)),
  ];
}

function drawConfidence(finding) {
  const words = finding.confidence >= 0.9 ? 'nearly certain' : finding.confidence >= 0.7 ? 'likely' : finding.confidence >= 0.45 ? 'plausible' : 'a guess';
  return el('div.confidence', null,
    el('span.label', null, 'Confidence'),
    el('span.big', null, percent(finding.confidence)),
    svg('svg', { class: 'meter', viewBox: '0 0 100 6', preserveAspectRatio: 'none', role: 'img', 'aria-label': `${percent(finding.confidence)} sure` },
      svg('rect', { width: 100, height: 6, class: 'rest' }), svg('rect', { width: finding.confidence * 100, height: 6, class: 'fill' })),
    el('span.soft', null, words),
    finding.impact > 0 && el('span.soft', null, `costs ${percent(finding.impact)} of the work`));
}

function drawHealthy() {
  const { requests, ledger } = data;
  return [
    el('p.eyebrow', null, el('span.chip.good', null, 'healthy'), 'Verdict'),
    el('h1', null, 'It looks healthy'),
    el('p.lead', null, `No cause of trouble was found in ${plural(requests.count, requests.word.slice(0, -1), requests.word)} over ${duration(data.meta.nanos)}`
      + `; the answer rests on ${percent(ledger.share)} of the events.`),
  ];
}

function drawFigures() {
  const { requests, exceptions, gc, timeline, ledger, locks } = data;
  const cpu = timeline.cpuNanos && timeline.cpuNanos.reduce((a, b) => a + b, 0) / data.meta.nanos;
  const figures = [
    [requests.word, compact(requests.count), `${digits(requests.perSecond)} a second`],
    requests.count > 0 && ['median', duration(requests.p50), 'half are faster'],
    requests.count > 0 && ['p99', duration(requests.p99), `longest ${duration(requests.max)}`],
    ['errors', compact(requests.errors), requests.count > 0 ? percent(requests.errors / requests.count) : '', requests.errors > 0],
    ['exceptions', compact(exceptions.count), exceptions.unhandled > 0 ? `${exceptions.unhandled} unhandled` : `${exceptions.groupCount} sorts`, exceptions.unhandled > 0],
    ['GC pauses', duration(gc.pauseTotal), `longest ${duration(gc.pauseMax)}`],
    locks.count > 0 && ['lock waits', duration(locks.total), plural(locks.count, 'wait')],
    cpu !== undefined && ['CPU', digits(cpu), data.meta.processors > 0 ? `of ${data.meta.processors} cores` : 'cores'],
    ['events seen', percent(ledger.share), ledger.lost > 0 ? `${compact(ledger.lost)} lost` : 'none lost', ledger.share < 0.95],
  ].filter(Boolean);
  return el('dl.figures', null, figures.map(([label, value, note, isBad]) =>
    el('div', { class: isBad ? 'bad' : null }, el('dt', null, label), el('dd', null, value), el('dd.soft', null, note))));
}
