import { Argument, Option } from 'commander';
import { campaignProgress, Campaigning, isSound, proposeAcknowledgement, proposeClosing, proposeOpening, verifyCampaign } from '../../runtime/operator';
import { validateCampaignName } from '../../src/core/campaign-name';
import { requireReason } from '../../src/core/reason';
import { Consent, examples, reasonOption, Verb, yesOption } from '../command';
import { EXIT } from '../exit-codes';
import { wholeNumber } from '../numbers';
import { renderAcknowledgement, renderClosed, renderOpening, renderProgress, renderVerified } from '../render-campaign';

const MOST = 10_000_000;

export const campaign: Verb = {
  register: (nhi, { reading, change, print, asking, exitWith }) => {
    const verb = nhi.command('campaign').description('reviews of all agents at one time, with a package of proof for auditors');
    const named = () => new Argument('<name>', 'name of the campaign, such as 2026-q4').argParser(validateCampaignName);
    const campaigning = (): Campaigning => ({ ...asking(), clock: () => asking().now });
    verb.command('open')
      .description('freeze who is reviewed, and bring each review forward; run it again to continue where it ended')
      .addArgument(named())
      .option('--stage <stage>', 'only agents in this stage; the others are listed as excluded')
      .addOption(new Option('--at-most <reviews>', 'bring at most so many reviews forward now').argParser(wholeNumber('reviews', 1, MOST)))
      .addOption(yesOption())
      .addHelpText('after', examples('nhi campaign open 2026-q4', 'nhi campaign open 2026-q4 --stage production --at-most 500'))
      .action(async (name: string, { stage, atMost, ...consent }: { stage?: string; atMost?: number } & Consent) => {
        const options = { ...(stage === undefined ? {} : { stage }), ...(atMost === undefined ? {} : { atMost }) };
        const opening = await change((connection) => proposeOpening(connection, name, options, campaigning()), consent);
        print(opening, renderOpening);
        if (opening.failed > 0) {
          exitWith(EXIT.failed);
        }
      });
    verb.command('status')
      .description('how far it is: what was decided, what is overdue, what was not delivered')
      .addArgument(named())
      .addHelpText('after', examples('nhi campaign status 2026-q4'))
      .action(async (name: string) => print(await reading(`reading campaign ${name}`, (connection) => campaignProgress(connection, name, campaigning())), renderProgress));
    verb.command('close')
      .description('write the signed package of what was asked, shown, decided and done')
      .addArgument(named())
      .addOption(new Option('--undecided <why>', 'close it although something is not decided, and why; it is part of the package').argParser(requireReason))
      .addOption(yesOption())
      .addHelpText('after', examples('nhi campaign close 2026-q4', 'nhi campaign close 2026-q4 --undecided \'Two sponsors have left\''))
      .action(async (name: string, { undecided, ...consent }: { undecided?: string } & Consent) => (
        print(await change((connection) => proposeClosing(connection, name, undecided, campaigning()), consent), renderClosed)));
    verb.command('acknowledge')
      .description('acknowledge the result of a closed campaign as management, signed and for good; once a year at least')
      .addArgument(named())
      .addOption(reasonOption())
      .addOption(yesOption())
      .addHelpText('after', examples('nhi campaign acknowledge 2026-q4 --reason \'Reviewed by the board\''))
      .action(async (name: string, { reason, ...consent }: { reason: string } & Consent) => (
        print(await change((connection) => proposeAcknowledgement(connection, name, reason, campaigning()), consent), renderAcknowledgement)));
    verb.command('verify')
      .description(`count the population again, check hashes and signature, and name who is in IAM and was not reviewed; exit code ${EXIT.found} if anything differs`)
      .addArgument(named())
      .addHelpText('after', examples('nhi campaign verify 2026-q4'))
      .action(async (name: string) => {
        const verified = await reading(`verifying campaign ${name}`, (connection) => verifyCampaign(connection, name, campaigning()));
        print(verified, renderVerified);
        if (!isSound(verified)) {
          exitWith(EXIT.found);
        }
      });
  },
};
