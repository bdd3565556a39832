import { IncompleteError, InvalidInputError, NhiError, RefusedError, RetryableError } from '../../src/core/errors';

const cause = new Error('throttled');

test.each([
  ['NhiError', new NhiError('SomeCode', 'it went wrong', { cause })],
  ['InvalidInputError', new InvalidInputError('SomeCode', 'it went wrong', { cause })],
  ['RefusedError', new RefusedError('SomeCode', 'it went wrong', { cause })],
  ['RetryableError', new RetryableError('SomeCode', 'it went wrong', { cause })],
  ['IncompleteError', new IncompleteError('SomeCode', 'it went wrong', [], { cause })],
])('%s has its code as its name, its message and its cause', (_class, error) => {
  expect(error).toBeInstanceOf(NhiError);
  expect(error).toBeInstanceOf(Error);
  // Step Functions catches by the name.
  expect(error.name).toBe('SomeCode');
  expect(error).toMatchObject({ code: 'SomeCode', message: 'it went wrong', cause });
  expect(String(error)).toBe('SomeCode: it went wrong');
});

test('what remains of a teardown is told', () => {
  expect(new IncompleteError('TeardownIncomplete', 'keys remain', ['AKIA1', 'AKIA2']).remains).toEqual(['AKIA1', 'AKIA2']);
});

test('the kinds are told apart', () => {
  const kinds = [InvalidInputError, RefusedError, RetryableError];
  for (const [index, Kind] of kinds.entries()) {
    const error = new Kind('SomeCode', 'it went wrong');
    expect(kinds.map((other) => error instanceof other)).toEqual(kinds.map((_, other) => other === index));
  }
});
