// The page from top to bottom: each section, if it has something to say, and the way to it.
const sections = [
  ['timeline', 'What happened', drawTimeline],
  ['findings', 'Findings', drawFindings],
  ['routes', 'Routes', drawRoutes],
  ['flows', 'Slowest flows', drawFlows],
  ['code', 'Where threads spent time', drawFlame],
  ['exceptions', 'Exceptions', drawExceptions],
  ['calls', 'SQL and calls', drawCalls],
  ['locks', 'Locks', drawLocks],
  ['memory', 'Memory', drawMemory],
  ['threads', 'Threads', drawThreads],
  ['snapshots', 'Snapshots', drawSnapshots],
  ['ledger', 'What this rests on', drawLedger],
  ['cost', 'What Scope cost', drawCost],
  ['reproduce', 'How to reproduce', drawReproduce],
  ['events', 'Events', drawSearch],
];

function drawPage() {
  const drawn = sections.map(([id, title, draw]) => [id, title, draw()]).filter(([, , content]) => content);
  const nav = el('nav.contents', { 'aria-label': 'Sections' }, el('ol', null, drawn.map(([id, title]) => el('li', null, el('a', { href: `#${id}` }, title)))));
  const silent = sections.filter(([id]) => !drawn.some(([other]) => other === id)).map(([, title]) => title.toLowerCase());
  document.getElementById('page').replaceChildren(
    drawMasthead(),
    el('div.frame', null, nav, el('main', null, drawVerdict(),
      drawn.map(([id, title, content]) => el(`section.part.part-${id}`, { id, tabindex: -1, 'aria-labelledby': `${id}-title` }, el('h2', { id: `${id}-title` }, title), content)),
      silent.length > 0 && el('p.soft.silent', null, `Nothing was recorded for: ${silent.join(', ')}.`))),
    panel);
  followNav(nav, drawn.map(([id]) => id));
  goToHash();
}

// Marks the section that is being read.
function followNav(nav, ids) {
  const links = new Map(ids.map(id => [id, nav.querySelector(`a[href="#${id}"]`)]));
  const watch = new IntersectionObserver(entries => {
    for (const entry of entries) if (entry.isIntersecting) for (const [id, link] of links) id === entry.target.id ? link.setAttribute('aria-current', 'true') : link.removeAttribute('aria-current');
  }, { rootMargin: '-15% 0px -75% 0px' });
  for (const id of ids) watch.observe(document.getElementById(id));
}

drawPage();
