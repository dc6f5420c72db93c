// The live page's data: the state that came with the page, replaced by each that the server sends.
let data = JSON.parse(document.getElementById('data').textContent);

const text = place => data.texts[place] ?? '';
const frameName = place => text(data.frames.name[place]) || '(unknown)';

// Single events stay in the recording; the report shows them.
const events = { rowOf: new Map() };
const kind = Object.fromEntries(Object.entries(data.kinds).map(([number, rule]) => [rule[0], Number(number)]));
