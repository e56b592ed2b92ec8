// What relay-compiler compiles. The tests take what comes of it from `generated/`, as its Babel plugin would.
import { graphql } from 'relay-runtime';

export const Page = graphql`
  query operationsPageQuery($id: ID!, $first: Int, $last: Int) {
    entity(ref: { id: $id }) {
      id
      ...operations_relationships @arguments(first: $first, last: $last)
    }
  }
`;

export const Relationships = graphql`
  fragment operations_relationships on Entity
  @refetchable(queryName: "operationsRelationshipsQuery")
  @argumentDefinitions(first: { type: "Int" }, after: { type: "String" }, last: { type: "Int" }, before: { type: "String" }) {
    relationships(first: $first, after: $after, last: $last, before: $before)
      @connection(key: "operations_relationships", filters: []) {
      edges { node { id type source { id name } target { id name } } }
      totalCount
    }
  }
`;

export const Relationship = graphql`
  fragment operations_relationship on Relationship @refetchable(queryName: "operationsRelationshipQuery") {
    modality
    evidence(first: 5) { nodes { ...operations_evidence } }
  }
`;

export const Evidence = graphql`
  fragment operations_evidence on Evidence @refetchable(queryName: "operationsEvidenceQuery") {
    summary
    document { name }
  }
`;

export const Countries = graphql`
  query operationsCountriesQuery($first: Int!) {
    ...operations_countries @arguments(first: $first)
  }
`;

export const CountriesFragment = graphql`
  fragment operations_countries on Query
  @refetchable(queryName: "operationsMoreCountriesQuery")
  @argumentDefinitions(first: { type: "Int" }, after: { type: "String" }) {
    countriesConnection(first: $first, after: $after, sort: [{ name: ASC }])
      @connection(key: "operations_countriesConnection") {
      edges { node { id name iso2 } }
    }
  }
`;

export const Country = graphql`
  query operationsCountryQuery($name: String!) {
    country(name: $name) { id name iso2 borders { id name } }
  }
`;

export const Partial = graphql`
  query operationsPartialQuery($id: ID!, $name: String!) {
    good: country(name: $name) { id name }
    bad: country(id: $id) @catch(to: RESULT) { id relationships(after: "no cursor") { totalCount } }
  }
`;

export const Create = graphql`
  mutation operationsCreateMutation($input: [CountryCreateInput!]!, $connections: [ID!]!) {
    createCountries(input: $input) {
      info { nodesCreated }
      countries @appendNode(connections: $connections, edgeTypeName: "CountryEdge") { id name iso2 }
    }
  }
`;

export const Changes = graphql`
  subscription operationsChangesSubscription($after: String) {
    changes(after: $after) { cursor kind entity { id name } }
  }
`;
