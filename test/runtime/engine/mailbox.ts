import { CloudFormationResponse } from '../../../runtime/aws/cloudformation/response';

/** The responses to CloudFormation, by request id. It stands for the response URLs. */
export const mailbox = new Map<string, CloudFormationResponse>();
