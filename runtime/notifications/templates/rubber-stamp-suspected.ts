import { listIn, Template, textIn } from './template';

const WHY: Readonly<Record<string, string>> = {
  'fast': 'The decisions come faster than anybody can read what is shown.',
  'keeps-findings': 'Almost everything is kept although something was found.',
};

/** Not for the reviewer: somebody else has to look into it. */
export const rubberStampSuspected: Template = {
  to: () => ['named', 'operator'],
  brief: ({ details }) => `the reviews of ${textIn(details, 'by')} may be no real reviews`,
  says: ({ details }) => ({
    what: listIn(details, 'why').map((one) => WHY[String(one)] ?? String(one)).join(' '),
    rows: [
      ['Reviewer', textIn(details, 'by')],
      ['Reviews compared', textIn(details, 'reviews')],
      ['Median time to decide', `${textIn(details, 'medianSeconds')} seconds`],
      ['Kept in spite of findings', `${textIn(details, 'keptOfFindingsPercent')} % of ${textIn(details, 'withFindings')} reviews`],
    ],
    toDo: 'Talk to the reviewer. If the decisions were no reviews, let a campaign ask again (nhi campaign open), and have another sponsor declared.',
  }),
};
