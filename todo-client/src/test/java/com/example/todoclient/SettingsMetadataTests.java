package com.example.todoclient;

import com.example.mtls.SettingsMetadata;

class SettingsMetadataTests extends SettingsMetadata {

}
