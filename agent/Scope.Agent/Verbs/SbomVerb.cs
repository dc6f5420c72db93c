// scope-attach sbom: what this program is made of.
using System.CommandLine;

namespace Scope.Agent.Verbs;

static class SbomVerb
{
    public static Command Create()
    {
        var verb = new Command("sbom", "Tells which packages this program is made of, with versions and hashes, as CycloneDX.");
        verb.SetAction(_ =>
        {
            JsonOut.Write(Console.Out, Sbom.Of(Sbom.OwnDeps()));
            return (int)ExitCode.Ok;
        });
        return verb;
    }
}
