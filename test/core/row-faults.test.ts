import { InvalidInputError } from '../../src/core/errors';
import { RowFaults } from '../../src/core/row-faults';

const refuse = (): never => {
  throw new InvalidInputError('StageMissing', 'name a stage');
};

test('all faults are in one error, by row, with row, line and column', () => {
  const faults = new RowFaults('fleet.csv', 'FleetInvalid', 'deploy again');
  expect(faults.any).toBe(false);
  faults.add({ row: 2, line: 3 }, 'stage', 'StageUnknown', 'use test');
  expect(faults.collect({ row: 1 }, 'stage', refuse)).toBeUndefined();
  faults.add({ row: 2 }, undefined, 'RowTwice', 'delete one');
  faults.add({}, undefined, 'HeaderInvalid', 'name the columns');

  expect(faults.any).toBe(true);
  expect(() => faults.throwIfAny(5)).toThrow(expect.objectContaining({
    code: 'FleetInvalid',
    reason: [
      'fleet.csv: 4 faults in 2 of 5 rows: correct them all, then deploy again',
      '  HeaderInvalid: name the columns',
      '  row 1, column stage: StageMissing: name a stage',
      '  row 2, line 3, column stage: StageUnknown: use test',
      '  row 2: RowTwice: delete one',
    ].join('\n'),
  }));
});

test('one fault in one row', () => {
  const faults = new RowFaults('fleet.csv', 'FleetInvalid', 'deploy again');
  faults.add({ row: 1 }, undefined, 'RowTwice', 'delete one');
  expect(() => faults.throwIfAny(1)).toThrow('fleet.csv: 1 fault in 1 of 1 row: correct');
});

test('faults without rows', () => {
  const faults = new RowFaults('fleet.csv', 'FleetInvalid', 'deploy again');
  faults.add({}, undefined, 'HeaderInvalid', 'name the columns');
  faults.add({ row: 1 }, undefined, 'RowTwice', 'delete one');
  expect(() => faults.throwIfAny(0)).toThrow('fleet.csv: 2 faults: correct');
});

test('without faults a check\'s result is returned, and nothing is thrown', () => {
  const faults = new RowFaults('fleet.csv', 'FleetInvalid', 'deploy again');
  expect(faults.collect({ row: 1 }, 'stage', () => 'test')).toBe('test');
  expect(() => faults.throwIfAny(1)).not.toThrow();
});

test('an error of another kind is not collected', () => {
  const faults = new RowFaults('fleet.csv', 'FleetInvalid', 'deploy again');
  expect(() => faults.collect({}, undefined, () => {
    throw new TypeError('a defect');
  })).toThrow(TypeError);
});
