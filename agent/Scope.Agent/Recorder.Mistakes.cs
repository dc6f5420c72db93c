// What a recording does about mistakes of ours: what a stage fails at is set aside in a file beside it, and said once.
using Scope.Events;
using Scope.Pipeline.Correlate;
using Scope.Store.Recordings;

namespace Scope.Agent;

sealed partial class Recorder
{
    readonly DeadLetters _letters;

    SourcePlace NewPlace(string name, int ringEvents) => new(_port, _target, _catalog, _ledger, NewRing(name, ringEvents), SetAside, Note);

    CorrelateStage NewCorrelateStage() =>
        new(history => new(_catalog, _ledger, history), _window.Kept, _ledger, bug => Note($"a mistake of ours, please report it: the correlator was begun anew, and spans that were open have no end ({bug.GetType().Name}: {bug.Message})"), letter => _letters.Add(letter));

    void SetAside(DeadLetter letter)
    {
        if (_letters.Add(letter) is { } sentence) Note(sentence);
    }
}
