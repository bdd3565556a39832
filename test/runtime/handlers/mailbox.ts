import { Answer } from '../../../runtime/custom-resource/response';

/** What CloudFormation was answered, by its request ids; stands for the response URLs. */
export const mailbox = new Map<string, Answer>();
