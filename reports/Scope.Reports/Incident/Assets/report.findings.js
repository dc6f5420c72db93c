// The findings, ranked, each with its reasoning and the events that show it.
function drawFindings() {
  if (data.findings.length === 0) return null;
  return data.findings.map((finding, i) => el('article.finding', { id: `finding-${i + 1}`, tabindex: -1 },
    el('header', null,
      el('span.rank', { 'aria-hidden': 'true' }, String(i + 1)),
      el('h3', null, finding.title, el(`span.chip.${finding.severity}`, null, finding.severity)),
      el('span.sure', null, `${percent(finding.confidence)} sure`)),
    el('p.culprit', null, code(text(finding.culprit))),
    finding.also.length > 0 && el('p.also', null, 'Also involved: ', finding.also.map((place, j) => [j > 0 && ', ', code(text(place))])),
    el('p', { dir: 'auto' }, text(finding.summary)),
    el('p.advice', { dir: 'auto' }, el('b', null, 'Do this. '), text(finding.advice)),
    finding.reasoning !== 0 && el('p.reasoning', { dir: 'auto' }, el('b', null, 'Why we say so. '), text(finding.reasoning)),
    drawEvidence(finding)));
}

function drawEvidence(finding) {
  const first = 5;
  const rows = finding.evidence.filter(id => events.rowOf.has(id)).map(id => events.rowOf.get(id));
  if (rows.length === 0) return el('p.soft', null, 'The recording no longer holds the events that showed it.');
  const rest = rows.slice(first);
  return el('div.evidence', null,
    el('h4', null, `Evidence: ${plural(finding.evidenceInAll, 'event')}`),
    eventList(rows.slice(0, first)),
    rest.length > 0 && unfold(`${rest.length} more`, () => eventList(rest)));
}

// Events as lines: when, what, how long, where.
const eventList = rows => el('ol.events', null, rows.map(row => el('li', null, eventRow(row))));

function eventRow(row, offset = 0) {
  const number = events.kind[row];
  return el('a.row', { href: `#event-${events.id[row]}`, class: `row ${hasFlag(row, flags.error) || kindRule(number).group === 'Exception' ? 'bad' : ''}` },
    el('span.at', null, at(startOf(row) - offset)),
    el('span.kind', null, kindText(number)),
    el('span.what', { dir: 'auto' }, lineOf(row).slice(0, 240)),
    el('span.long', null, hasDuration(number) ? duration(events.value[row]) : ''));
}
