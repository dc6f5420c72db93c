// Questions as people type them, damaged, asked of a real recording.
using System.Text;
using Scope.Store;
using Scope.Store.Query;
using Scope.Testing;

namespace Scope.Soak.Faults.Mutations;

sealed class QueryInput(MutationMaterial material) : IMutatedInput
{
    const int MostAnswers = 100;

    static readonly byte[][] s_questions = [.. ((string[])
    [
        "kind:exception after:-5m limit:20", "method:Orders.* 'dur>200ms' text:timeout causes:4711", "kind:request,sql thread:12 order:newest before:2026-11-21T03:00:00Z",
        "type:System.Timeout* text:\"a beat\"", "kind:metric name:cpu 'value>=10'", "dur<5us dur>1ns flow:3 span:9 target:1", "evidence:1 stack:Heart.Run",
    ]).Select(Encoding.UTF8.GetBytes)];

    public string Name => "questions";

    public void Take(Random random)
    {
        var text = Encoding.UTF8.GetString(Mutation.Of(s_questions[random.Next(s_questions.Length)], random));
        if (!QueryText.TryParse(text, out var query, out var mistake)) ShouldSay(mistake.Message);
        else if (!query.TryBind(material.Recording, new() { Limit = MostAnswers }, null, out var question, out mistake)) ShouldSay(mistake.Message);
        else material.Recording.CountOf(question.Query);
    }

    static void ShouldSay(string why)
    {
        if (why.Length == 0) throw new InvalidOperationException("it is refused and does not say why");
    }

    public void Dispose() { }
}
