/** How many days an operator's renewal waits for the deployment that declares the later end. */
export const RENEWAL_DAYS = 7;

/** Advice about an agent that has ended. Synthesis, refusals and the guide give the same advice. */
export function afterTheEnd(agentName: string): string {
  return `let it leave, or let an operator run \`nhi renew ${agentName} --until <date> --reason <text>\`, then deploy it with an end no later than that`;
}
