// What came again and again: routes, exceptions, SQL and calls to other services, each sort once.
function drawRoutes() {
  const { routes, word } = data.requests;
  if (routes.length === 0) return drawOpen();
  const all = routes.reduce((sum, route) => sum + route.total, 0) || 1;
  return [table(`Routes of ${word}`, [
    { title: 'Route', of: r => text(r.name), show: r => el('span.what', { dir: 'auto' }, text(r.name) || 'others') },
    { title: 'Count', number: true, of: r => r.count, show: r => count(r.count) },
    { title: 'Errors', number: true, of: r => r.errors, show: r => r.errors > 0 ? el('span.bad', null, percent(r.errors / r.count)) : '–' },
    { title: 'p50', number: true, wide: true, of: r => r.p50, show: r => duration(r.p50) },
    { title: 'p99', number: true, of: r => r.p99, show: r => duration(r.p99) },
    { title: 'Longest', number: true, of: r => r.max, show: r => eventLink(r.slowest, duration(r.max)) },
    { title: 'Share of time', number: true, wide: true, of: r => r.total, show: r => [percent(r.total / all), shareBar([[r.total / all, 'c-work']], percent(r.total / all))] },
  ], routes), drawOpen()];
}

// Those that never ended: in a hang there is nothing else.
function drawOpen() {
  const open = data.open;
  if (!open || open.count === 0) return null;
  const rows = open.name.map((name, i) => ({ name: text(name), age: open.age[i], event: open.event[i] }));
  return [el('h3', null, 'Still open at the end'), el('p', null, `${plural(open.count, 'request')} had begun and not ended, the oldest ${duration(open.age[0])} before.`), table('Open requests', [
    { title: 'Request', of: r => r.name, show: r => el('span.what', { dir: 'auto' }, r.name || 'request') },
    { title: 'Open for', number: true, of: r => r.age, show: r => eventLink(r.event, duration(r.age)) },
  ], rows, 8)];
}

function drawExceptions() {
  const { groups, count: thrown, groupCount } = data.exceptions;
  if (groups.length === 0) return null;
  return [
    el('p', null, `${plural(thrown, 'exception')} thrown, of ${plural(groupCount, 'sort')} by type and the application\u2019s first frame.`),
    el('div.groups', null, groups.map((group, i) => unfold(el('span.group', null,
      el('span.count', null, compact(group.count)),
      el('span.what', null, el('b', { dir: 'ltr' }, breakable(text(group.type) || 'exception')), group.site !== 0 && el('span.site', null, 'in ', code(frameName(group.site)))),
      spark(group.byBucket, 'c-error', `${group.count} over time`)),
    () => [
      group.messages.map(message => el('blockquote', { dir: 'auto' }, text(message))),
      el('p.soft', null, `${percent(group.inFlows / group.count)} of them belong to a flow; ${plural(group.stackCount, 'was', 'were')} thrown with this stack:`),
      stackList(group.stack),
      samples(group.samples),
    ], { open: i === 0 && groups.length < 4 }))),
  ];
}

const samples = ids => {
  const rows = ids.filter(id => events.rowOf.has(id)).map(id => events.rowOf.get(id));
  return rows.length > 0 && unfold(plural(rows.length, 'sample'), () => eventList(rows));
};

function drawCalls() {
  const { groups } = data.calls;
  const part = (number, title, style) => {
    const rows = groups.filter(group => group.kind === number);
    if (rows.length === 0) return null;
    const all = rows.reduce((sum, row) => sum + row.total, 0) || 1;
    return [el('h3', null, title), table(title, [
      { title: number === kind.sql ? 'Statement' : 'Call', of: r => text(r.text), show: r => statement(text(r.text) || '(not known)') },
      { title: 'Count', number: true, of: r => r.count, show: r => count(r.count) },
      { title: 'Per flow', number: true, wide: true, of: r => r.count / Math.max(1, r.flows), show: r => r.flows > 0 ? digits(r.count / r.flows) : '–' },
      { title: 'Total', number: true, of: r => r.total, show: r => [duration(r.total), shareBar([[r.total / all, style]], percent(r.total / all))] },
      { title: 'p50', number: true, wide: true, of: r => r.p50, show: r => duration(r.p50) },
      { title: 'p99', number: true, of: r => r.p99, show: r => duration(r.p99) },
      { title: 'Longest', number: true, of: r => r.max, show: r => eventLink(r.slowest, duration(r.max)) },
    ], rows)];
  };
  return groups.length === 0 ? null : [part(kind.sql, 'SQL by text', 'c-sql'), part(kind['client-call'], 'Calls to other services', 'c-client')];
}

const statement = sql => sql.length <= 140 ? code(sql) : el('div', null, code(sql.slice(0, 120) + '…'), unfold('whole text', () => el('pre', { tabindex: 0, dir: 'ltr' }, sql)));
