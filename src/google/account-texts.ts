import { AgentStage, Expiry, Sponsor } from '../core';

// In bytes of UTF-8. https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts
export const DISPLAY_NAME_BYTES = 100;
const DESCRIPTION_BYTES = 256;

/** The account's name in the console's lists: the agent, its stage and its end. */
export function displayName(agentName: string, stage: AgentStage, expires: Expiry): string {
  return cut(`${agentName}, ${stage.name}, until ${expires.iso}`, DISPLAY_NAME_BYTES);
}

/** The sponsor comes first, so that a long text loses the end of the purpose. */
export function description(sponsor: Sponsor, purpose: string): string {
  return cut(`sponsor ${sponsor.accountableEmail}, backup ${sponsor.backupEmail}: ${purpose}`, DESCRIPTION_BYTES);
}

/** Truncates a text to a number of UTF-8 bytes, as Google counts. */
export function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) {
    return text;
  }
  const characters = [...text];
  while (Buffer.byteLength(`${characters.join('')}...`) > bytes) {
    characters.pop();
  }
  return `${characters.join('')}...`;
}
