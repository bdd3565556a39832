import { codeOf, platform } from './platform';
import { SweepLimit, SweepLimitProps } from '../../../src/aws/lifecycle-registry';

test.each<[SweepLimitProps, string, string]>([
  [{}, '10', '0.05'],
  [{ agents: 1 }, '1', '0.05'],
  [{ share: 1 }, '10', '1'],
  [{ agents: 3, share: 0.5 }, '3', '0.5'],
])('%j is a limit, and what is left out has its default', (props, count, share) => {
  platform({ agenda: { limit: SweepLimit.of(props) } }).template().hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'agents-nhi-agenda', Environment: { Variables: { SWEEP_COUNT: count, SWEEP_SHARE: share } },
  });
});

test.each([{ agents: 0 }, { agents: 1.5 }, { agents: NaN }, { share: 0 }, { share: 1.1 }, { share: NaN }])('SweepLimitInvalid: fails when it is %j', (props) => {
  expect(codeOf(() => SweepLimit.of(props))).toBe('SweepLimitInvalid');
});
