import { AgentStage, Expiry, Sponsor } from '../../core';

// In bytes of UTF-8. https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts
const DISPLAY_NAME_BYTES = 100;
const DESCRIPTION_BYTES = 256;

/** What the console shows in lists: which agent, where, until when. */
export function displayName(agentName: string, stage: AgentStage, expires: Expiry): string {
  return cut(`${agentName}, ${stage.name}, until ${expires.iso}`, DISPLAY_NAME_BYTES);
}

/** Who answers for it comes first, so that what is cut is the purpose. */
export function description(sponsor: Sponsor, purpose: string): string {
  return cut(`sponsor ${sponsor.accountableEmail}, backup ${sponsor.backupEmail}: ${purpose}`, DESCRIPTION_BYTES);
}

function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) {
    return text;
  }
  const characters = [...text];
  while (Buffer.byteLength(`${characters.join('')}...`) > bytes) {
    characters.pop();
  }
  return `${characters.join('')}...`;
}
