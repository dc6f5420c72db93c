// Numbers for people: three digits that matter, a unit that fits, the same everywhere.
const thin = '\u202f';

function digits(value) {
  const size = Math.abs(value);
  return size >= 100 || size === 0 ? value.toFixed(0) : size >= 10 ? trim(value.toFixed(1)) : trim(value.toFixed(2));
}
const trim = number => number.includes('.') ? number.replace(/\.?0+$/, '') : number;

function scaled(value, step, units) {
  let unit = 0;
  while (Math.abs(value) >= step * 0.9995 && unit < units.length - 1) {
    value /= step;
    unit++;
  }
  return `${digits(value)}${thin}${units[unit]}`.trim();
}

function duration(nanos) {
  if (nanos < 0) return '–';
  if (nanos === 0) return '0';
  if (nanos < 60e9) return scaled(nanos, 1000, ['ns', 'µs', 'ms', 's']);
  const seconds = Math.round(nanos / 1e9);
  return seconds < 3600 ? `${Math.floor(seconds / 60)}${thin}min ${seconds % 60}${thin}s` : `${Math.floor(seconds / 3600)}${thin}h ${Math.floor(seconds / 60) % 60}${thin}min`;
}

const bytes = value => value < 0 ? '–' : scaled(value, 1024, ['B', 'KB', 'MB', 'GB', 'TB']);
const count = value => Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, thin);
const compact = value => value < 10000 ? count(value) : scaled(value, 1000, ['', 'k', 'M', 'G']);
const percent = share => share > 0 && share < 0.001 ? `<${thin}0.1${thin}%` : `${digits(Math.round(share * 1000) / 10)}${thin}%`;
const plural = (n, one, many = one + 's') => `${count(n)} ${n === 1 ? one : many}`;

// An instant as the offset from the beginning, and as the clock showed it.
const at = offset => `${offset < 0 ? '−' : '+'}${(Math.abs(offset) / 1e9).toFixed(3)}${thin}s`;
const clock = offset => new Date(data.meta.fromMillis + offset / 1e6).toISOString().replace('T', ' ').replace('Z', ' UTC');
