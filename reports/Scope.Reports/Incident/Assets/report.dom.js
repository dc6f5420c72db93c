// Making elements. Text only ever goes in as text: nothing in this report parses a string as markup.
function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? '' : value);
  }
  for (const child of children.flat(Infinity)) if (child !== null && child !== undefined && child !== false) node.append(child);
  return node;
}

// el('div.note', { title: 'x' }, 'text', other): an element with classes, attributes and children.
function el(tag, attributes, ...children) {
  const [name, ...classes] = tag.split('.');
  const node = document.createElement(name);
  if (classes.length > 0) node.className = classes.join(' ');
  return fill(node, attributes, children);
}

const svg = (name, attributes, ...children) => fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);

// Target text in code type; its direction cannot spill over what stands around it.
const code = content => el('code', { dir: 'ltr' }, breakable(content));

// Long names may break after their points, so that they fit a phone.
const breakable = content => content.length > 400 ? content : content.split(/(?<=[.+/,_])/).flatMap((part, i) => i === 0 ? [part] : [el('wbr'), part]);

const button = (label, onclick, attributes) => el('button', { type: 'button', onclick, ...attributes }, label);

const eventLink = (id, label, attributes) => events.rowOf.has(id) ? el('a.event', { href: `#event-${id}`, ...attributes }, label ?? `event ${id}`) : el('span.soft', null, label ?? `event ${id}`);

// What opens on demand: the body is made at the first opening only.
function unfold(summary, body, attributes) {
  const node = el('details.unfold', attributes, el('summary', null, summary));
  let isMade = false;
  const make = () => {
    if (!isMade && node.open) node.append(el('div.body', null, body()));
    isMade ||= node.open;
  };
  node.addEventListener('toggle', make);
  make();
  return node;
}

// A table whose columns sort: { title, of: row => sortable, show: row => content, number, wide }.
function table(label, columns, rows, most = 12) {
  let sorted = rows, by = -1, isUp = false, shown = most;
  const body = el('tbody');
  const more = button('', () => { shown = Infinity; draw(); }, { class: 'more' });
  const heads = columns.map((column, i) => el('th', { scope: 'col', class: classOf(column) }, column.of ? button(column.title, () => sortBy(i)) : column.title));

  function sortBy(i) {
    isUp = by === i ? !isUp : !columns[i].number;
    by = i;
    const { of } = columns[i];
    sorted = [...rows].sort((a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0) * (isUp ? 1 : -1));
    heads.forEach((head, j) => head.setAttribute('aria-sort', j === i ? (isUp ? 'ascending' : 'descending') : 'none'));
    draw();
  }
  function draw() {
    body.replaceChildren(...sorted.slice(0, shown).map(row => el('tr', null, columns.map(column => el('td', { class: classOf(column) }, column.show(row))))));
    more.hidden = rows.length <= shown;
    more.textContent = `Show all ${rows.length}`;
  }
  draw();
  return el('div', null, el('div.scroll', { tabindex: 0, role: 'region', 'aria-label': `${label}, table` }, el('table', null, el('thead', null, el('tr', null, heads)), body)), more);
}
const classOf = column => [column.number && 'number', column.wide && 'wide'].filter(Boolean).join(' ') || null;

// A bar whose parts are shares of one whole, each of its own class.
const shareBar = (parts, label) => svg('svg', { class: 'share', viewBox: '0 0 100 8', preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
  parts.reduce((drawn, [share, style]) => {
    const x = drawn.x;
    drawn.x += share * 100;
    drawn.nodes.push(svg('rect', { x, y: 0, width: Math.max(0, share * 100), height: 8, class: style }));
    return drawn;
  }, { x: 0, nodes: [] }).nodes);
