import { codeOf, platform } from './platform';
import { MassLeaverLimit } from '../../../src/aws/lifecycle-registry';

test.each([{ agents: 1 }, { share: 1 }, { share: 0.001 }, { agents: 10, share: 0.1 }])('%j an hour is a limit', (props) => {
  const limit = MassLeaverLimit.perHour(props);

  expect({ agents: limit.agents, share: limit.share }).toEqual({ agents: undefined, share: undefined, ...props });
  platform({ massLeaverLimit: limit }).template().hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'agents-nhi-lifecycle-steps',
    Environment: { Variables: { MASS_LEAVER_COUNT: String(props.agents ?? ''), MASS_LEAVER_SHARE: String(props.share ?? '') } },
  });
});

test.each([
  {}, { agents: 0 }, { agents: 1.5 }, { agents: NaN }, { share: 0 }, { share: 1.1 }, { share: NaN },
  { agents: 5, share: -1 }, { agents: 0, share: 0.5 },
])('MassLeaverLimitInvalid: fails when it is %j', (props) => {
  expect(codeOf(() => MassLeaverLimit.perHour(props))).toBe('MassLeaverLimitInvalid');
});
