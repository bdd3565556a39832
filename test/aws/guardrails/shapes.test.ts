import { rulesIn } from './judged';
import { SHAPES } from './shapes';

test.each(Object.entries(SHAPES))('%s', (_name, { build, finds }) => {
  expect(rulesIn(build)).toEqual(finds);
});
