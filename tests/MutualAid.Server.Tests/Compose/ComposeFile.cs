using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace MutualAid.Server.Tests.Compose;

/// <summary><c>docker-compose.yml</c>, the <c>Dockerfile</c> and what lies beside them, as they stand in the repository.</summary>
internal sealed partial class ComposeFile
{
    private readonly Dictionary<object, object> whole;

    private ComposeFile(string root, Dictionary<object, object> whole) => (Root, this.whole) = (root, whole);

    public string Root { get; }

    public static ComposeFile Read()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "docker-compose.yml")))
            folder = folder.Parent ?? throw new FileNotFoundException("docker-compose.yml");
        using var reader = new StreamReader(Path.Combine(folder.FullName, "docker-compose.yml"));
        // "<<: *server" is YAML 1.1's merge.
        var parser = new MergingParser(new Parser(reader));
        parser.Consume<StreamStart>();
        return new ComposeFile(
            folder.FullName,
            new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(parser)
        );
    }

    public Dictionary<object, object> Service(string name) => At(At(whole, "services"), name);

    public Dictionary<object, object> Network(string name) => At(At(whole, "networks"), name);

    /// <summary>The environment of a service: the fresh file of secrets, and over it what the service sets.</summary>
    public async Task<Dictionary<string, string>> Environment(string service)
    {
        string made = await Programs.Run("bash", Path.Combine(Root, "docker/new-env.sh"));
        var all = made.Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .ToDictionary(
                line => line.Split('=')[0],
                line => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..]
            );
        foreach (var (name, value) in At(Service(service), "environment"))
            all[(string)name] = (string)value;
        return all;
    }

    public string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The list that an instruction of the <c>Dockerfile</c> names: <c>CMD ["serve"]</c>.</summary>
    public string[] Instruction(string name) =>
        JsonSerializer.Deserialize<string[]>(
            Regex.Match(Text("Dockerfile"), @$"{name} (\[.*\])").Groups[1].Value
        )!;

    public static Dictionary<object, object> At(Dictionary<object, object> map, string key) =>
        (Dictionary<object, object>)map[key];
}
