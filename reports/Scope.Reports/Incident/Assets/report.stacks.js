// A stack as a list: the application's frames stand out, runs of framework frames fold away.
function stackList(stack) {
  const frames = framesOf(stack);
  if (frames.length === 0) return el('p.soft', null, 'No stack was recorded.');
  const list = el('ol.stack');
  for (let i = 0; i < frames.length;) {
    let end = i;
    while (end < frames.length && !isApplication(frames[end])) end++;
    if (end - i > 4) {
      const folded = frames.slice(i + 1, end);
      list.append(frameItem(frames[i]), el('li.fold', null, unfold(`${folded.length} frames of the framework`, () => el('ol.stack', null, folded.map(frameItem)))));
      i = end;
    } else list.append(frameItem(frames[i++]));
  }
  return list;
}

const frameItem = frame => el('li', { class: isApplication(frame) ? 'app' : 'framework' }, code(frameName(frame)), el('span.module', null, text(data.frames.line[frame]) || text(data.frames.module[frame])));
