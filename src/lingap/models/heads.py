"""Heads of an encoder: a classifier of items, and masked language modelling."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from lingap.errors import ConfigError
from lingap.models.pooling import Pooling, pool_items
from lingap.models.reading import last_hidden
from lingap.tasks import IGNORED


class ItemClassifier(nn.Module):
    """An encoder, pooling of units into items, dropout, and a linear layer.

    Args:
        encoder: A ``transformers`` model with ``last_hidden_state``.
        n_labels: Size of the label set.
        pooling: How the units of an item become one vector. ``gated`` learns how much each unit
            counts within its item, from its own vector; at first all count alike.
        dropout: Before the linear layer.
        seed: Of the linear layer's weights.
    """

    def __init__(
        self,
        encoder: nn.Module,
        n_labels: int,
        *,
        pooling: Pooling = "mean",
        dropout: float = 0.1,
        seed: int,
    ):
        super().__init__()
        self.encoder = encoder
        self.pooling = pooling
        width = int(encoder.config.hidden_size)  # type: ignore[union-attr, arg-type]
        self.dropout = nn.Dropout(dropout)
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.classifier = nn.Linear(width, n_labels)
            nn.init.normal_(self.classifier.weight, std=0.02)
            nn.init.zeros_(self.classifier.bias)
            self.gate = nn.Linear(width, 1, bias=False) if pooling == "gated" else None
            if self.gate is not None:
                nn.init.zeros_(self.gate.weight)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        token_type_ids: Tensor,
        item_of_unit: Tensor,
        labels: Tensor,
    ) -> dict[str, Tensor]:
        """Logits of each item, and the mean loss over items with a label.

        Shapes: the first four (batch, n_units); labels (batch, n_items), ignored where -100;
        logits (batch, n_items, n_labels).
        """
        hidden = last_hidden(self.encoder, input_ids, attention_mask, token_type_ids)
        gates = None if self.gate is None else self.gate(hidden).squeeze(-1)
        pooled = pool_items(hidden, item_of_unit, labels.shape[1], self.pooling, gates)
        logits = self.classifier(self.dropout(pooled))
        loss = nn.functional.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED
        )
        return {"loss": loss, "logits": logits}


_MASKED_HEADS = (
    ("cls",),  # BERT, RemBERT, RoFormer, DeBERTa
    ("lm_head",),  # RoBERTa, XLM-R, MPNet
    ("predictions",),  # ALBERT
    ("head", "decoder"),  # ModernBERT
    ("generator_predictions", "generator_lm_head"),  # ELECTRA, ConvBERT
    ("vocab_transform", "activation", "vocab_layer_norm", "vocab_projector"),  # DistilBERT
)
"""Modules that turn the vector of a unit into a score for each unit of the vocabulary, in order."""


class MaskedLanguageModel(nn.Module):
    """A masked language model of ``transformers``, computed for the hidden units only.

    This saves time because the cost of the head grows with the vocabulary.

    Args:
        model: Of a class such as ``BertForMaskedLM``: one whose head is among the known chains of
            modules.

    Raises:
        ConfigError: For a class whose head is made of other modules.
    """

    def __init__(self, model: Any):
        super().__init__()
        self.model = model
        for names in _MASKED_HEADS:
            if all(isinstance(getattr(model, name, None), nn.Module) for name in names):
                self._head = names
                return
        known = "; ".join(" then ".join(names) for names in _MASKED_HEADS)
        raise ConfigError(
            f"{type(model).__name__} has no known head for masked language modelling; expected "
            f"modules called {known}."
        )

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, labels: Tensor
    ) -> dict[str, Tensor]:
        """Mean loss over the hidden units.

        Shapes: (batch, n_units) each; labels are -100 where nothing is hidden.
        """
        hidden = last_hidden(self.model.base_model, input_ids, attention_mask, token_type_ids)
        is_hidden = labels != IGNORED
        found = hidden[is_hidden]
        for name in self._head:
            found = getattr(self.model, name)(found)
        return {"loss": nn.functional.cross_entropy(found.float(), labels[is_hidden])}
