// What all charts share: scales, round axis steps, and a drawing that follows the width of its place.
const linear = (from, to, low, high) => value => low + (to === from ? 0 : (value - from) / (to - from)) * (high - low);

// Steps of 1, 2 or 5 that cut a range into about so many parts.
function ticks(from, to, about) {
  const raw = (to - from) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(raw || 1));
  const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= raw) ?? raw;
  const found = [];
  for (let value = Math.ceil(from / step) * step; value <= to + step / 1e6; value += step) found.push(value);
  return found;
}

// The next round number, so that an axis ends on one.
function roundUp(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 5, 7.5, 10].map(m => m * power).find(s => s >= value * 0.999);
}

// The same for bytes, which count in powers of 1024.
function roundUpBytes(value) {
  const unit = 1024 ** Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10));
  return roundUp(value / unit) * unit;
}

// Calls draw(width) now and whenever the width of the place changes, printing included.
function fitted(place, draw) {
  let width = 0;
  const redraw = () => {
    const now = Math.floor(place.clientWidth);
    if (now > 0 && now !== width) draw(width = now);
  };
  new ResizeObserver(redraw).observe(place);
  return { redraw: () => { if (width > 0) draw(width); } };
}

// A line or an area through points; a null breaks it.
function path(points, base) {
  let d = '', run = [];
  const flush = () => {
    if (run.length > 0) {
      d += 'M' + run.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join('L');
      if (base !== undefined) d += `L${run.at(-1)[0].toFixed(1)},${base}L${run[0][0].toFixed(1)},${base}Z`;
    }
    run = [];
  };
  for (const point of points) point === null ? flush() : run.push(point);
  flush();
  return d;
}

// A line of bars, as small as a word, along the time axis.
function spark(values, style, label) {
  const most = Math.max(1, ...values), width = 120, height = 18;
  const step = width / values.length;
  let d = '';
  values.forEach((value, i) => {
    if (value > 0) d += `M${(i * step).toFixed(1)},${height}v${(-Math.max(1, value / most * height)).toFixed(1)}h${Math.max(0.8, step).toFixed(1)}V${height}Z`;
  });
  return svg('svg', { class: 'spark', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    svg('path', { d: `M0,${height - 0.5}H${width}`, class: 'base' }), svg('path', { d, class: style }));
}

// The part of time that the reader zoomed into; sections that show time follow it.
const view = { from: 0, to: data.meta.nanos, watchers: [] };
function zoom(from, to) {
  const least = Math.min(data.meta.nanos, 1e6);
  const span = Math.max(least, Math.min(data.meta.nanos, to - from));
  view.from = Math.max(0, Math.min(from, data.meta.nanos - span));
  view.to = view.from + span;
  for (const watcher of view.watchers) watcher();
}
const isZoomed = () => view.from > 0 || view.to < data.meta.nanos;
