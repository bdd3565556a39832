import { AgentStage, Expiry, Sponsor } from 'cdk-nhi-lifecycle';

/** One agent with a half in each cloud: what both say about it stands here, so a move moves both. */
export const AGENT = {
  agentName: 'invoice-bot',
  purpose: 'Matches supplier invoices to purchase orders',
  sponsor: Sponsor.person({ name: 'Ada Park', email: 'ada.park@example.com', backupEmail: 'li.chen@example.com' }),
  stage: AgentStage.TEST, // mover: change this line, then deploy both
  expires: Expiry.on('2027-03-31'),
};
export const AWS_ACCOUNT = '111122223333';
