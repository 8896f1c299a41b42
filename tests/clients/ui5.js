// Needs near a place by OpenUI5's ODataModel V4, the strictest reader of OData that browsers have. `read` is called by the test.
window.read = (lon, lat, within) =>
  new Promise((resolve, reject) => {
    sap.ui.require(
      ['sap/ui/model/odata/v4/ODataModel', 'sap/ui/model/Filter', 'sap/ui/model/FilterOperator', 'sap/ui/model/Sorter'],
      (ODataModel, Filter, FilterOperator, Sorter) => needs(ODataModel, Filter, FilterOperator, Sorter).then(resolve, reject),
      reject,
    );

    async function needs(ODataModel, Filter, FilterOperator, Sorter) {
      const model = new ODataModel({ serviceUrl: '/odata/', groupId: '$auto', operationMode: 'Server' });
      const metres = `geo.distance(Location,geography'SRID=4326;Point(${lon} ${lat})')`;
      const near = model.bindList(
        '/Requests',
        undefined,
        [],
        [new Filter('Category', FilterOperator.EQ, 'food'), new Filter('Unmet', FilterOperator.GT, 0)],
        {
          $count: true,
          $select: ['Id', 'Unmet', 'CreatedAt', 'Location'],
          $expand: { Area: { $select: ['Name'] } },
          $filter: `${metres} lt ${within}`,
          $orderby: `${metres},Id`,
        },
      );
      const sorted = model.bindList('/Areas', undefined, [new Sorter('Code', true)], [new Filter('Ward', FilterOperator.EQ, true)]);
      // Asked for in one turn of the loop: one $batch.
      const [first, wards] = await Promise.all([near.requestContexts(0, 2), sorted.requestContexts(0, 10)]);
      const second = await near.requestContexts(2, 2);
      const nearest = first[0].getObject();
      const one = await model.bindContext(`/Requests(${nearest.Id})`, undefined, { $expand: { Area: true } }).requestObject();
      const name = await model.bindProperty(`/Requests(${nearest.Id})/Area/Name`).requestValue();
      const meta = model.getMetaModel();
      return {
        count: near.getCount(),
        first: first.map(context => context.getObject()),
        second: second.map(context => context.getObject()),
        wards: wards.map(context => context.getProperty('Name')),
        one,
        name,
        type: await meta.requestObject('/Requests/Location/$Type'),
      };
    }
  });
