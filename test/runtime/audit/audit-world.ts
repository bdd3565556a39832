import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { proposeAcknowledgement } from '../../../runtime/operator';
import { ADA, END } from '../engine/review-world';
import { CampaignWorld, NAME } from '../operator/campaign/campaign-world';

/** A registry whose evidence an auditor asks for. Its bucket has the time of the engine. */
export class AuditWorld extends CampaignWorld {
  public override pass(days: number): void {
    super.pass(days);
    this.bucket.now = this.fake.now;
  }

  /** An agent that joins, moves, is suspended and resumed, is reviewed in a campaign that management acknowledges, and leaves. */
  public async story(): Promise<void> {
    this.pass(0);
    await this.join();
    this.pass(3);
    await this.ask({ kind: 'suspend', reason: 'It sends mails that it should not send' });
    this.pass(1);
    await this.ask({ kind: 'resume', reason: 'It was a false alarm, as its logs show' });
    await this.campaign();
    this.pass(2);
    await this.deploy('production', ['dynamodb:GetItem'], { end: END });
    this.pass(2);
    await this.stack.destroy();
    await this.fake.resume();
  }

  public async campaign(name = NAME): Promise<void> {
    await this.openCampaign({}, name);
    await this.sweepAll();
    this.pass(1);
    await this.decide(ADA, { verdict: 'keep', items: ['dynamodb'] });
    await this.decide(ADA, { verdict: 'reduce', actions: ['s3'] });
    await this.close(undefined, name);
    const cfo = { ...this.connection, operator: 'arn:aws:sts::111122223333:assumed-role/management/cfo@example.com' };
    await (await proposeAcknowledgement(cfo, name, 'Presented to the board on the first of October', this.campaigning)).make();
  }
}

/** Folders of one test file, which are removed at its end. */
export class Folders {
  private readonly root = mkdtempSync(join(tmpdir(), 'nhi-audit-'));
  private made = 0;

  public next(name = 'folder'): string {
    return join(this.root, `${name}-${++this.made}`);
  }

  public copyOf(folder: string): string {
    const copy = this.next('copy');
    cpSync(folder, copy, { recursive: true });
    return copy;
  }

  public remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
