import { expect, it } from 'vitest';
import { Stage } from '../../src/local/demo/stage.ts';

it('tells the first order live and the others in their turn', () => {
  const told: string[] = [];
  const stage = new Stage((line) => told.push(line));
  stage.say(1, ['b1']);
  stage.say(0, ['a1']);
  stage.say(2, ['c1']);
  stage.end(2);
  expect(told).toEqual(['a1']);
  stage.end(0);
  expect(told).toEqual(['a1', 'b1']);
  stage.say(1, ['b2']);
  stage.end(1);
  expect(told).toEqual(['a1', 'b1', 'b2', 'c1']);
});
