import { codeOf } from './code-of';
import { requireReason } from '../../src/core/reason';

test.each(['Audit runs', 'Größe des Vertrags', 'x'.repeat(500)])('%j is a reason', (reason) => expect(requireReason(reason)).toBe(reason));

test.each([
  ['too short', 'ReasonInvalid'], ['x'.repeat(501), 'ReasonInvalid'], ['', 'ReasonInvalid'], [' '.repeat(20), 'TextNotPlain'], ['two lines\nof reasons', 'TextNotPlain'], ['turns \u202e around it', 'TextNotPlain'],
  ['hides \u0000 in here', 'TextNotPlain'], ['breaks \u2028 the line', 'TextNotPlain'], [' begins with a space', 'TextNotPlain'], ['reads {{resolve:ssm:x}}', 'DynamicReference'],
])('%j is refused: %s', (reason, code) => expect(codeOf(() => requireReason(reason))).toBe(code));
