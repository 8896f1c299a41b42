// Needs near a place, as somebody reads them whose program was written against the model alone: odata2ts made ./obj/model of
// $metadata, and tsc proves this file against it. SERVICE LON LAT WITHIN on the command line; one JSON document on standard output.
import { FetchClient } from '@odata2ts/http-client-fetch';
import { ODataCollectionResponseV4 } from '@odata2ts/odata-core';
import { QFilterExpression, QOrderByExpression } from '@odata2ts/odata-query-objects';
import { MutualAidService } from './obj/model/MutualAidService';
import { Request } from './obj/model/MutualAidModel';

declare const process: { argv: string[]; exitCode?: number };
const [service = '', lon = '', lat = '', within = ''] = process.argv.slice(2);

const client = new FetchClient();
const odata = new MutualAidService(client, `${service}odata`);
// Geography has no typed form there: the expressions are its raw ones.
const metres = `geo.distance(Location,geography'SRID=4326;Point(${lon} ${lat})')`;

// How long a page is, every question for one says anew.
const inTwos = { headers: { Prefer: 'odata.maxpagesize=2' } };

async function everyPage(): Promise<{ ids: string[]; pages: number; count: number | undefined }> {
  const first = await odata.requests().query(
    (builder, need) =>
      builder
        .select('id')
        .count()
        .filter(need.category.eq('food'), need.unmet.gt(0), new QFilterExpression(`${metres} lt ${within}`))
        .orderBy(new QOrderByExpression(metres), need.id.asc()),
    inTwos,
  );
  const ids: string[] = [];
  let pages = 0;
  let page: ODataCollectionResponseV4<Request> | undefined = first.data;
  while (page) {
    pages++;
    ids.push(...page.value.map(need => need.id));
    // The next page's names are the wire's: what odata2ts renames it renames for its own queries.
    const next: string | undefined = (page as { '@odata.nextLink'?: string })['@odata.nextLink'];
    if (!next) break;
    const answer = await client.get<{ value: { Id: string }[] }>(next, inTwos);
    page = { ...answer.data, value: answer.data.value.map(need => ({ id: need.Id })) } as unknown as ODataCollectionResponseV4<Request>;
  }
  return { ids, pages, count: first.data['@odata.count'] };
}

async function main(): Promise<void> {
  const nearest = await odata.requests().query((builder, need) =>
    builder
      .filter(need.category.eq('food'), new QFilterExpression(`${metres} lt ${within}`))
      .orderBy(new QOrderByExpression(metres), need.id.asc())
      .top(2)
      .skip(1)
      .expanding('area', area => area.select('name', 'level')),
  );
  const id = nearest.data.value[0]?.id ?? '';
  const one = await odata.requests(id).query();
  const area = await odata.requests(id).area().query();
  const areas = await odata.areas().query((builder, ward) =>
    builder.filter(ward.ward.isTrue(), ward.name.startsWith('Phường')).orderBy(ward.code.asc()),
  );
  console.log(
    JSON.stringify({ every: await everyPage(), nearest: nearest.data.value, one: one.data, area: area.data, wards: areas.data.value.map(ward => ward.name) }),
  );
}

declare const console: { log(text: string): void; error(text: unknown): void };
main().catch((failure: unknown) => {
  console.error(failure);
  process.exitCode = 1;
});
