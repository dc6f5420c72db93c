// The report's data, decoded: columns become lookups, differences become values. Nothing else reads the JSON itself.
const data = JSON.parse(document.getElementById('data').textContent);

const text = place => data.texts[place] ?? '';
const frameName = place => text(data.frames.name[place]) || '(unknown)';
const isApplication = place => data.frames.app[place] === 1;

function cumulate(differences) {
  let sum = 0;
  return differences.map(d => sum += d);
}

const events = {
  ...data.events,
  id: cumulate(data.events.id),
  t: cumulate(data.events.t),
  count: data.events.id.length,
};
events.rowOf = new Map(events.id.map((id, row) => [id, row]));

const kind = Object.fromEntries(Object.entries(data.kinds).map(([number, rule]) =>
  [rule[0], Number(number)]));
const kindText = number => data.kinds[number]?.[0] ?? `kind ${number}`;
const kindRule = number => {
  const [name, group, value, nameField, detail, related] = data.kinds[number] ?? ['', '', '-', '-', '-', '-'];
  return { name, group, value, nameField, detail, related };
};
const hasDuration = number => kindRule(number).value === 'duration, ns';
const isSpan = number => kindRule(number).group === 'Span' && hasDuration(number);
const isCall = number => kindRule(number).group === 'Method' && hasDuration(number);

const flags = { error: 1, spanInferred: 2, partial: 4, onCpu: 8, payloadCut: 16, background: 128, blocking: 256 };
const hasFlag = (row, flag) => (events.flags[row] & flag) !== 0;
const startOf = row => hasDuration(events.kind[row]) ? events.t[row] - events.value[row] : events.t[row];

// The rows of each flow, in the order of time.
const rowsOfFlow = new Map();
for (let row = 0; row < events.count; row++) {
  const flow = events.flow[row];
  if (flow === 0) continue;
  if (!rowsOfFlow.has(flow)) rowsOfFlow.set(flow, []);
  rowsOfFlow.get(flow).push(row);
}

// The fields of an event's payload, as [key, text] pairs.
function payloadOf(row) {
  const places = events.payload[row];
  const fields = [];
  if (places) for (let i = 0; i < places.length; i += 2) fields.push([text(places[i]), text(places[i + 1])]);
  return fields;
}
const payloadField = (row, key) => payloadOf(row).find(([k]) => k === key)?.[1];

// The frames of a stack, top first.
function framesOf(stack) {
  const frames = [];
  for (let at = stack; at > 0; at = data.stacks.caller[at]) frames.push(data.stacks.frame[at]);
  return frames;
}

// What an event says, in one line.
function lineOf(row) {
  const name = text(events.name[row]);
  const number = events.kind[row];
  switch (kindText(number)) {
    case 'exception': case 'exception-unhandled': return join(name, payloadField(row, 'message'));
    case 'log': return join(['trace', 'debug', 'info', 'warning', 'error', 'critical'][events.detail[row]], payloadField(row, 'message') ?? name);
    case 'request': case 'client-call': return events.detail[row] ? `${name} → ${events.detail[row]}` : name;
    case 'contention': return join(name || 'lock', events.related[row] ? `held by thread ${osThread(events.related[row])}` : '');
    case 'gc-pause': return join(`generation ${events.detail[row]}`, name);
    case 'pool-adjust': return `${events.value[row]} workers, ${name}`;
    case 'cpu-sample': return `${hasFlag(row, flags.onCpu) ? 'on CPU' : 'waiting'} in ${topOf(row)}`;
    case 'method-leave': return callText(row) + (payloadField(row, 'return value') === undefined ? '' : ` → ${payloadField(row, 'return value')}`);
    case 'method-exception': return join(callText(row), '✗ ' + join(name, payloadField(row, 'message')));
    case 'method-enter': return join(callText(row), payloadField(row, 'line'));
    case 'state-change': return payloadField(row, 'after') === undefined ? name : join(name, `${payloadField(row, 'before')} → ${payloadField(row, 'after')}`);
    case 'link': return `caused by event ${events.value[row]}`;
    default: return name || (events.method[row] ? frameName(events.method[row]) : kindRule(number).name);
  }
}
// A probed call, as it might be written: the method with what was captured.
const ownFields = ['return value', 'message', 'ran', 'line'];
function callText(row) {
  const values = payloadOf(row).filter(([key]) => !ownFields.includes(key)).map(([key, value]) => `${key}=${value}`);
  return `${frameName(events.method[row]).split('.').slice(-2).join('.')}${values.length > 0 ? `(${values.join(', ')})` : ''}`;
}
const join = (...parts) => parts.filter(Boolean).join(': ');

function topOf(row) {
  const frames = framesOf(events.stack[row]);
  return frameName(frames.find(isApplication) ?? frames[0] ?? events.method[row]);
}

const osThread = id => data.threads.osIds[id] ?? `#${id}`;
