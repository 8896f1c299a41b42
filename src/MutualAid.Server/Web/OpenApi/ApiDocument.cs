using System.Reflection;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using MutualAid.Server.Accounts;
using MutualAid.Server.Keys;
using MutualAid.Server.Matches;
using MutualAid.Server.Requests;
using MutualAid.Server.Teams.Access;
using MutualAid.Server.Teams.Givers;

namespace MutualAid.Server.Web.OpenApi;

/// <summary>The API's OpenAPI document. What every route shares is read off its handler, so that no route has to say it.</summary>
public static class ApiDocument
{
    private const string Bearer = "bearer";
    private const string ProblemType = "application/problem+json";

    // What does its work under a key: a handler that asks for one of these takes the header.
    private static readonly Type[] ByKey =
    [
        typeof(Idempotency),
        typeof(Posting),
        typeof(MatchSteps),
        typeof(AccessKeys),
        typeof(RoleGrants),
        typeof(NextGap),
        typeof(Vouches),
        typeof(Suspensions),
        typeof(Appeals),
    ];

    public static void AddApiDocument(this IServiceCollection services) =>
        services.AddOpenApi(
            "v1",
            options =>
            {
                // Pages are for people; what is mapped outside these two is no part of the contract.
                options.ShouldInclude = description =>
                    description.RelativePath?.Split('/')[0] is "api" or "health";
                options.AddDocumentTransformer(Introduce);
                options.AddOperationTransformer(Describe);
            }
        );

    public static void MapApiDocument(this WebApplication app) =>
        app.MapOpenApi("/openapi/{documentName}.json");

    private static Task Introduce(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken stop
    )
    {
        document.Info = new OpenApiInfo
        {
            Title = "MutualAid",
            Version = "v1",
            Description =
                "Neighbours look after each other. JSON in camelCase, times ISO 8601 in UTC, places as GeoJSON points "
                + "[longitude, latitude], distances in metres, errors as RFC 9457 problem documents in the language of "
                + "Accept-Language (vi, en). Lists answer {items, next}; `next` is the next page's address, or null. "
                + "The version changes by addition only.",
        };
        // A path of this server: right behind any proxy, and the same for every reader.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "The token of POST /api/sign-in.",
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas["Problem"] = ProblemSchema();
        foreach (var (path, item) in document.Paths)
        foreach (var (method, operation) in item.Operations ?? [])
            Finish(path, method, operation, document);
        document.Tags = document
            .Paths.Keys.Select(Feature)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(name => new OpenApiTag { Name = name })
            .ToHashSet();
        return Task.CompletedTask;
    }

    // Notes what the handler's own parameters say; references are made once the document is whole.
    private static Task Describe(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken stop
    )
    {
        var handler = context
            .Description.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>()
            .FirstOrDefault();
        var parameters = handler?.GetParameters() ?? [];
        var caller = parameters.FirstOrDefault(one => one.ParameterType == typeof(Caller));
        if (caller is not null)
        {
            bool optional =
                new NullabilityInfoContext().Create(caller).WriteState == NullabilityState.Nullable;
            operation.Metadata ??= new Dictionary<string, object>();
            operation.Metadata[Bearer] = optional ? "optional" : "required";
        }
        operation.Parameters ??= [];
        foreach (
            string name in context
                .Description.ActionDescriptor.EndpointMetadata.OfType<QueryNames>()
                .SelectMany(query => query.Names)
        )
            operation.Parameters.Add(Parameter(name, ParameterLocation.Query, required: false));
        if (parameters.Any(one => ByKey.Contains(one.ParameterType)))
            operation.Parameters.Add(
                Header(
                    "Idempotency-Key",
                    required: true,
                    "1 to 200 characters, made by the caller. The same key again answers with what it made the first time."
                )
            );
        if (HttpMethods.IsPatch(context.Description.HttpMethod ?? ""))
            operation.Parameters.Add(
                Header("If-Match", required: true, "The ETag of the version that the change was made on.")
            );
        return Task.CompletedTask;
    }

    private static OpenApiParameter Header(string name, bool required, string description) =>
        Parameter(name, ParameterLocation.Header, required, description);

    private static OpenApiParameter Parameter(
        string name,
        ParameterLocation place,
        bool required,
        string? description = null
    ) =>
        new()
        {
            Name = name,
            In = place,
            Required = required,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };

    private static void Finish(
        string path,
        HttpMethod method,
        OpenApiOperation operation,
        OpenApiDocument document
    )
    {
        operation.Tags = new HashSet<OpenApiTagReference> { new(Feature(path), document) };
        var refusals = new SortedSet<string> { "400", "429", "503" };
        if (operation.Metadata?.TryGetValue(Bearer, out object? signedIn) == true)
        {
            operation.Security =
            [
                new OpenApiSecurityRequirement
                {
                    [new OpenApiSecuritySchemeReference(Bearer, document)] = [],
                },
            ];
            // No requirement at all is the other way in.
            if ((string)signedIn == "optional")
                operation.Security.Insert(0, []);
            refusals.Add("401");
        }
        if (path.Contains('{', StringComparison.Ordinal))
            refusals.Add("404");
        if (operation.Parameters?.Any(one => one.Name == "Idempotency-Key") == true)
            refusals.UnionWith(["409", "422"]);
        if (method == HttpMethod.Patch)
            refusals.UnionWith(["409", "412", "428"]);
        operation.Responses ??= [];
        foreach (string status in refusals)
            operation.Responses.TryAdd(
                status,
                new OpenApiResponse
                {
                    Description = Meaning(status),
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        [ProblemType] = new OpenApiMediaType
                        {
                            Schema = new OpenApiSchemaReference("Problem", document),
                        },
                    },
                }
            );
    }

    // "/api/requests/{id}/claims" belongs to requests, "/health/ready" to health.
    private static string Feature(string path)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0 ? "pages"
            : parts[0] == "api" && parts.Length > 1 ? parts[1]
            : parts[0];
    }

    private static string Meaning(string status) =>
        status switch
        {
            "400" => "A field, parameter or header is not right; `errors` names each.",
            "401" => "Not signed in, or the token is not valid any more.",
            "404" => "Not there, or not for this reader.",
            "409" => "Not possible from the present state, or somebody else was first.",
            "412" => "Changed by somebody since that ETag.",
            "422" => "Understood, but against a rule; or the key was used with other fields.",
            "428" => "If-Match is missing.",
            "429" => "Too many; Retry-After says when to come back.",
            _ => "The database is away; Retry-After says when to come back.",
        };

    private static OpenApiSchema ProblemSchema() =>
        new()
        {
            Type = JsonSchemaType.Object,
            Description =
                "RFC 9457. Some problems carry further members, such as what is left or the present state.",
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Text("/problems/CODE: which kind of problem."),
                ["title"] = Text("What is wrong, in the reader's language."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
                ["instance"] = Text("The path that was asked."),
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Description = "For each wrong field what would be right.",
                    AdditionalProperties = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Array,
                        Items = new OpenApiSchema { Type = JsonSchemaType.String },
                    },
                },
            },
        };

    private static OpenApiSchema Text(string description) =>
        new() { Type = JsonSchemaType.String, Description = description };
}
