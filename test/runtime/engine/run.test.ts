import { messageOf } from '../../../runtime/engine/execution';
import { RefusedError } from '../../../src/core/errors';

const error = new RefusedError('StageUnknown', 'there is no stage canary: use test');

test.each([
  ['a Lambda function threw', { Error: error.name, Cause: JSON.stringify({ errorType: error.name, errorMessage: error.message }) }, error.reason],
  ['a Lambda function threw what is none of ours', { Error: 'ThrottlingException', Cause: '{"errorMessage":"Rate exceeded"}' }, 'Rate exceeded'],
  ['the message names another code first', { Error: 'Left', Cause: '{"errorMessage":"Right: no"}' }, 'Right: no'],
  ['Step Functions itself failed', { Error: 'States.Timeout', Cause: 'too long' }, 'too long'],
  ['nothing is said', {}, ''],
])('the message has no code before it when %s', (_, failure, message) => {
  expect(messageOf(failure)).toBe(message);
});
