// The account: on what share of events this rests, what recording cost, and how to do it again.
function drawLedger() {
  const { ledger } = data;
  const sum = ledger.captured + ledger.lost || 1;
  return [
    el('p.lead', null, ledger.lost === 0 ? `Every event that was asked for arrived: ${count(ledger.captured)}.` : `This report rests on ${percent(ledger.share)} of the events: ${count(ledger.captured)} arrived, ${count(ledger.lost)} were lost.`),
    shareBar([[ledger.captured / sum, 'c-work'], [ledger.lost / sum, 'c-error']], `${percent(ledger.share)} arrived`),
    el('div.columns.even', null,
      el('div', null, el('h3', null, 'Captured'), table('Captured by source', [
        { title: 'Source', of: r => r.source, show: r => r.source }, { title: 'Events', number: true, of: r => r.count, show: r => count(r.count) },
      ], ledger.bySource), el('p.soft', null, `${count(events.count)} of them are whole in this file: the evidence, the flows above, and errors.`)),
      el('div', null, el('h3', null, 'By kind'), table('Events by kind', [
        { title: 'Kind', of: r => kindText(r[0]), show: r => kindText(r[0]) }, { title: 'Events', number: true, of: r => r[1], show: r => count(r[1]) },
      ], Object.entries(data.byKind).sort((a, b) => b[1] - a[1]), 8))),
    ledger.losses.length > 0 && [el('h3', null, 'Lost'), table('Losses', [
      { title: 'Who', of: r => r.source, show: r => [spaced(r.source), r.part && [' ', el('span.soft', null, r.part)]] },
      { title: 'From', number: true, of: r => r.from, show: r => at(r.from) }, { title: 'To', number: true, wide: true, of: r => r.to, show: r => at(r.to) },
      { title: 'How many', number: true, of: r => r.count, show: r => count(r.count) }, { title: 'What', wide: true, of: r => r.countsEvents, show: r => r.countsEvents ? 'events' : 'texts or names of events' },
    ], ledger.losses)],
    data.meta.notes.length > 0 && [el('h3', null, 'To keep in mind'), el('ul', null, data.meta.notes.map(note => el('li', { dir: 'auto' }, text(note))))],
  ];
}
const spaced = name => name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();

function drawCost() {
  const { cost } = data.meta;
  if (!cost) return el('p', null, 'Nobody measured it: the events come from a file.');
  return [
    el('dl.figures', null,
      el('div', null, el('dt', null, 'Scope, CPU'), el('dd', null, duration(cost.cpuNanos)), el('dd.soft', null, `${percent(cost.cores)} of a core`)),
      el('div', null, el('dt', null, 'Scope, memory'), el('dd', null, bytes(cost.memoryBytes)), el('dd.soft', null, 'at most')),
      el('div', null, el('dt', null, 'the target'), el('dd', null, cost.targetOverhead === undefined ? 'not known' : `+${percent(cost.targetOverhead)}`), el('dd.soft', null, 'of its CPU, estimated'))),
    cost.how && el('p.soft', null, cost.how),
  ];
}

function drawReproduce() {
  const { meta } = data;
  const line = (label, value) => value && [el('p.label', null, label), el('pre', { tabindex: 0, dir: 'ltr' }, value)];
  return [
    line('Record it again', text(meta.command)),
    line('Ask the recording', text(meta.recording) && `scope-attach query ${text(meta.recording)} --kind exception --limit 50`),
    line('The process', text(meta.commandLine)),
    el('p.soft', null, [`Scope ${meta.version}`, meta.source, `from ${meta.from}`].filter(Boolean).join(' · ')),
  ];
}
