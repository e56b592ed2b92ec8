// A frontend's code, which compiles only if the generated types are what the API gives.
import { request } from 'graphql-request';
import { graphql } from './generated/gql.js';
import type { ChangesSubscription } from './generated/graphql.js';

const Sourced = graphql(`
  query Sourced($where: RelationshipWhere!, $first: Int) {
    relationships(where: $where, first: $first) {
      nodes {
        __typename
        id
        validFrom
        modality
        ... on TradesWith { properties { turnoverUsd } }
        evidence { nodes { summary statedBy { name } } }
      }
      pageInfo { endCursor }
      totalCount
    }
  }
`);

export const Changes = graphql(`
  subscription Changes($after: String) {
    changes(after: $after) { cursor kind entity { __typename id name ... on Country { iso2 } } }
  }
`);

export const Upsert = graphql(`
  mutation Upsert($input: [CountryUpsertInput!]!) {
    upsertCountries(input: $input) { info { revision } countries { id population } }
  }
`);

/** What a change is about, if it is about an entity. */
export function subject({ changes }: ChangesSubscription): string | undefined {
  return changes.entity?.__typename === 'Country' ? changes.entity.iso2 ?? changes.entity.name : changes.entity?.name;
}

/** The trade goals, with who speaks of them. */
export async function goals(url: string) {
  const where = { type: ['TRADES_WITH' as const], modality: ['INTENDED' as const] };
  const { relationships } = await request(url, Sourced, { where, first: 10 });
  const total: number = relationships.totalCount;
  const turnovers = relationships.nodes.map((it) => {
    const turnover: number | null = it.__typename === 'TradesWith' ? it.properties.turnoverUsd ?? null : null;
    const speakers: (string | undefined)[] = it.evidence.nodes.map((evidence) => evidence.statedBy?.name);
    return { turnover, speakers, modality: it.modality };
  });
  return { total, turnovers };
}

/** Does not compile: `request` refuses variables of the wrong type. */
export const wrong = (url: string) => [
  // @ts-expect-error a list of modalities is wanted
  request(url, Sourced, { where: { modality: 'CERTAIN' } }),
  // @ts-expect-error `where` is required
  request(url, Sourced, {}),
];
