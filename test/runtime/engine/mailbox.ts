import { CloudFormationResponse } from '../../../runtime/aws/cloudformation/response';

/** The responses to CloudFormation, by request id. It stands for the response URLs. */
export const mailbox = new Map<string, CloudFormationResponse>();

/** For `jest.mock` of the module that sends responses: they go to the mailbox. */
export function responsesToMailbox(): object {
  return {
    ...jest.requireActual<object>('../../../runtime/aws/cloudformation/response'),
    sendResponse: async (_url: URL, answer: CloudFormationResponse) => {
      mailbox.set(answer.RequestId, answer);
      return 'taken';
    },
  };
}
