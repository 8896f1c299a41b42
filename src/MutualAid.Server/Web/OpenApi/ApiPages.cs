using Microsoft.AspNetCore.OpenApi;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Web.OpenApi;

/// <summary>The API's document as a page to read, made on the server from the document itself.</summary>
public static class ApiPages
{
    public static void MapApiPage(this RouteGroupBuilder pages) =>
        pages.MapGet(
            "/openapi",
            async (
                [FromKeyedServices("v1")] IOpenApiDocumentProvider documents,
                HttpContext context,
                CancellationToken stop
            ) =>
                Pages.Show<ApiPage>(context, new { Document = await documents.GetOpenApiDocumentAsync(stop) })
        );
}
