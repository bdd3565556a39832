import { DeleteFunctionConcurrencyCommand, GetFunctionConcurrencyCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { Cut } from './cut';
import { FIND_FUNCTIONS } from './holdings';
import { ofEach, unlessMissing } from './missing';

/** The function had no reserved concurrency. */
const NONE = 'none';

/** Functions that run with the agent's role get a reserved concurrency of 0: Lambda refuses every invocation, of every version and alias. */
export const functions: Cut = {
  name: 'functions',
  needs: [FIND_FUNCTIONS, {
    sid: 'StopFunctions',
    actions: ['lambda:GetFunctionConcurrency', 'lambda:PutFunctionConcurrency', 'lambda:DeleteFunctionConcurrency'],
    resources: ['arn:{partition}:lambda:{region}:{account}:function:*'],
  }],
  find: async ({ lambda }, holdings) => ofEach(await holdings.functions(), async ({ name: id }) => {
    const { ReservedConcurrentExecutions: reserved } = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: id }));
    return { id, isCut: reserved === 0, was: reserved === undefined ? NONE : String(reserved) };
  }),
  apply: ({ lambda }, FunctionName) => unlessMissing(() => lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }))),
  restore: ({ lambda }, { id: FunctionName, was }) => unlessMissing(async () => {
    const { ReservedConcurrentExecutions: reserved } = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }));
    if (reserved === 0) {
      await (was === NONE
        ? lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))
        : lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: Number(was) })));
    }
  }),
};
