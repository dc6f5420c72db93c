// A service with one scene in it: a piece of an application as people write it, faulty or healthy, for a diagnosis to be
// scored on. What a right answer is stands in tests/Scope.Diagnose; the code of a scene does not know.
using Scenes;

if (args.Contains("--list"))
{
    Console.WriteLine(string.Join('\n', SceneTable.All.Select(scene => scene.Name)));
    return 0;
}
string name = args.SkipWhile(argument => argument != "--scene").Skip(1).FirstOrDefault("");
if (SceneTable.All.FirstOrDefault(scene => scene.Name == name) is not { } scene)
{
    Console.Error.WriteLine($"no scene is called '{name}'; say --scene NAME, and --list prints them");
    return 3;
}
await SceneHost.RunAsync(scene, args);
return 0;
